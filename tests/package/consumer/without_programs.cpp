// An application of the runtime without programs: what it asks for is not there, natively and in the kernel, and it can
// catch the errors that say so.
#include <cerrno>
#include <cstdio>
#include <ebpfxx.hpp>
#include <ebpfxx/native/native.hpp>

using namespace ebpfxx;

inline Map<std::uint32_t, std::uint64_t, Array<4>> counts;
inline constexpr Program<Xdp> drop = [](Xdp::Packet packet) {
  static_cast<void>(counts.at<1>().update([](std::uint64_t& count) { count += 1; }));
  return packet.length() > 14 ? Xdp::Verdict::Drop : Xdp::Verdict::Pass;
};

template <class Body>
int error_of(Body body) {
  try {
    body();
  } catch (const Error& error) {
    return error.code().value();
  }
  return 0;
}

int main() {
  Native native;
  const bool dropped = native(drop)(ethernet() / payload("x")) == Xdp::Verdict::Drop;
  const int not_embedded = error_of([] { Object::open(drop); });
  const int behind = error_of([&] { static_cast<void>(native[counts][4]); });
  std::printf("dropped %d, counted %d, not embedded %d, behind the last %d\n", dropped,
              static_cast<int>(native[counts][1]), not_embedded, behind);
  return dropped && native[counts][1] == 1 && not_embedded == ENOENT && behind == ERANGE ? 0 : 1;
}
