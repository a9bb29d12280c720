#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view skip_prefix = "skipped: ";

/// Writes one line for each event of a test case to the file that EBPFXX_TEST_RESULTS names, beside whatever the
/// console shows: `<case> TAB started|passed|failed|skipped TAB <reason> TAB <suite>`. A case that takes the process
/// with it stays `started`. A suite is what the case is about: hooks and kinds of maps, as "Xdp, RingBuffer", or
/// nothing.
class ResultsListener : public doctest::IReporter {
 public:
  explicit ResultsListener(const doctest::ContextOptions&) {
    const char* path = std::getenv("EBPFXX_TEST_RESULTS");
    if (!path) return;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    file_.open(path);
  }

  void test_case_start(const doctest::TestCaseData& test) override {
    name_ = test.m_name;
    suite_ = test.m_test_suite;
    skip_reason_.clear();
    write("started", "");
  }

  void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
    if (stats.failure_flags != 0)
      write("failed", "");
    else if (!skip_reason_.empty())
      write("skipped", skip_reason_);
    else
      write("passed", "");
  }

  void log_message(const doctest::MessageData& message) override {
    const std::string_view text = message.m_string.c_str();
    if (text.starts_with(skip_prefix)) skip_reason_ = text.substr(skip_prefix.size());
  }

  void report_query(const doctest::QueryData&) override {}
  void test_run_start() override {}
  void test_run_end(const doctest::TestRunStats&) override {}
  void test_case_reenter(const doctest::TestCaseData&) override {}
  void test_case_exception(const doctest::TestCaseException&) override {}
  void subcase_start(const doctest::SubcaseSignature&) override {}
  void subcase_end() override {}
  void log_assert(const doctest::AssertData&) override {}
  void test_case_skipped(const doctest::TestCaseData&) override {}

 private:
  void write(std::string_view outcome, std::string_view reason) {
    if (file_.is_open()) file_ << name_ << '\t' << outcome << '\t' << reason << '\t' << suite_ << std::endl;
  }

  std::ofstream file_;
  std::string name_, suite_;
  std::string skip_reason_;
};

REGISTER_LISTENER("results", 1, ResultsListener);

}  // namespace

int main(int argc, char** argv) {
  doctest::Context context;
  // A check that fails in a loop says so a hundred times, not half a million times.
  context.setOption("abort-after", 100);
  context.applyCommandLine(argc, argv);
  return context.run();
}
