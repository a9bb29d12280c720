#include "checks/rules.hpp"

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

namespace ebpfxx::cc {
namespace {

void check_program(const Program& program, Diagnostics& diagnostics) {
  const clang::TemplateArgumentList* arguments = program.entry->getTemplateSpecializationArgs();
  if (!arguments || arguments->size() == 0 || arguments->get(0).getKind() != clang::TemplateArgument::Type) return;
  const clang::CXXRecordDecl* body = arguments->get(0).getAsType()->getAsCXXRecordDecl();
  if (!body) return;
  if (!body->isLambda() && !body->isEmpty())
    diagnostics.error(program.variable->getLocation(), "capture",
                      "program " + quoted(*program.variable) + " is made from a " + quoted(*body) +
                          ", whose members are in the application; keep them in a map or a Config");
  if (!body->isLambda()) return;
  for (const clang::LambdaCapture& capture : body->captures())
    if (capture.capturesVariable())
      diagnostics.error(capture.getLocation(), "capture",
                        "program " + quoted(*program.variable) + " captures " + quoted(*capture.getCapturedVar()) +
                            ", which is in the application; keep it in a map or a Config, or make it constexpr");
}

}  // namespace

/// A program's lambda that captures: what it captured is in the application, not in the kernel.
void check_capture(const Source& source, Diagnostics& diagnostics) {
  for (const Program& program : source.unit.programs) check_program(program, diagnostics);
}

}  // namespace ebpfxx::cc
