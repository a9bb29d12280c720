// An application's own names, of the most common words, beside `using namespace ebpfxx`.
#include <ebpfxx/language.hpp>

using namespace ebpfxx;

namespace {

struct Connection {};
struct Description {};
struct Field {};
struct Read {};
struct Stack {};
enum class Level { Low, High };
enum class Notation { Short, Long };
enum class Protocol { Tcp, Udp };
enum class Trust { None, Full };

constexpr int description = 1;
constexpr int field = 2;
constexpr int logs = 3;

}  // namespace

// Out here the using-directive's names are as near as the application's.
static constexpr Connection connection{};
static constexpr int describe(Field, Description, Read, Stack) { return description + field + logs; }

static_assert(describe(Field{}, {}, {}, {}) == 6 && sizeof(connection) == 1);
static_assert(Level::Low != Level::High && Notation::Short != Notation::Long);
static_assert(Protocol::Tcp != Protocol::Udp && Trust::None != Trust::Full);
