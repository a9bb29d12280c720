#include "programs.hpp"
#if !defined(CONSUMER_PRECOMPILES)
#include "shared.hpp"
#endif

using namespace ebpfxx;

inline constexpr Program<Lwt::In> drop_ingress = [](Lwt::In::Packet packet) {
  if (!packet.parse<Ipv4>()) return Lwt::In::Verdict::Drop;
  return consumer::shared::marks.find(packet.mark()) ? Lwt::In::Verdict::Drop : Lwt::In::Verdict::Ok;
};

// The flags of the build's configuration say which of the two there is, in the application and in its object.
#if defined(NDEBUG)
inline constexpr Program<Lwt::In> in_release = [](Lwt::In::Packet) { return Lwt::In::Verdict::Ok; };
#else
inline constexpr Program<Lwt::In> in_debug = [](Lwt::In::Packet) { return Lwt::In::Verdict::Ok; };
#endif

void open_ingress() {
  Object::open(drop_ingress, consumer::shared::count_marks);
#if defined(NDEBUG)
  Object::open(in_release);
#else
  Object::open(in_debug);
#endif
}
