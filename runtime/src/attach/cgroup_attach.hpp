#pragma once

#include <bpf/bpf.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/attach/target/cgroup_path.hpp>
#include <ebpfxx/runtime/link.hpp>
#include <ebpfxx/runtime/program_handle.hpp>

#include "link_pin.hpp"

namespace ebpfxx::detail::attach {

/// One program on one control group through a bpf_link, for `Link`.
class CgroupAttachment final : public runtime::Attachment {
 public:
  CgroupAttachment(os::FileDescriptor link, LinkPin pin, std::string folder, bool taken_over)
      : link_(std::move(link)), pin_(std::move(pin)), folder_(std::move(folder)), taken_over_(taken_over) {}

  bool taken_over() const override { return taken_over_; }

  void detach() override {
    if (bpf_link_detach(link_.fd()) == 0) return;
    throw Error(errno, {.attempt = "detach a program from control group " + folder_, .name = folder_});
  }

  void keep() override { pin_.keep(link_.fd(), "control group", folder_); }

 private:
  os::FileDescriptor link_;
  LinkPin pin_;
  std::string folder_;
  bool taken_over_;
};

/// Puts one program on one control group.
class CgroupAttach {
 public:
  CgroupAttach(const CgroupPath& place, bpf_attach_type type, int program, std::string name)
      : folder_(place.path()), type_(type), program_(program), name_(std::move(name)) {}

  Link run() {
    const os::FileDescriptor group(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!group.valid()) raise(errno, errno == ENOENT ? "there is no such folder" : "");
    struct statfs system{};
    if (fstatfs(group.fd(), &system) != 0) raise(errno);
    if (system.f_type != CGROUP2_SUPER_MAGIC)
      raise(EINVAL, "it is no folder of cgroup v2", "take one below CgroupPath::root()");
    struct stat status{};
    if (fstat(group.fd(), &status) != 0) raise(errno);

    // The inode's number is the group's id (kernfs).
    LinkPin pin("cgroup:" + std::to_string(status.st_ino) + ":" + std::to_string(type_) + ":" + name_);
    os::FileDescriptor link = take_over(pin, status.st_ino);
    const bool taken_over = link.valid();
    if (!taken_over) link = os::FileDescriptor(bpf_link_create(program_, group.fd(), type_, nullptr));
    if (!link.valid()) raise(errno);
    return Link(new CgroupAttachment(std::move(link), std::move(pin), folder_, taken_over));
  }

 private:
  // The link that an earlier run kept, with this program instead of its own; not valid when there is none.
  os::FileDescriptor take_over(const LinkPin& pin, std::uint64_t group) const {
    os::FileDescriptor link = pin.get();
    if (!link.valid()) return link;
    bpf_link_info information{};
    std::uint32_t size = sizeof information;
    const bool at_work = bpf_obj_get_info_by_fd(link.fd(), &information, &size) == 0 &&
                         information.type == BPF_LINK_TYPE_CGROUP && information.cgroup.cgroup_id == group &&
                         information.cgroup.attach_type == static_cast<std::uint32_t>(type_);
    if (at_work && bpf_link_update(link.fd(), program_, nullptr) != 0) raise(errno);
    pin.remove();
    return at_work ? std::move(link) : os::FileDescriptor();
  }

  [[noreturn]] void raise(int number, std::string reason = {}, std::string advice = {}) const {
    // The kernel asks for no rights here: those that loading took are enough.
    if (number == EPERM) {
      reason = "this group or one above it has a program that takes none beside it";
      advice = "remove that program; bpftool cgroup tree shows it";
    }
    throw Error(number, {.attempt = "attach " + name_ + " to control group " + folder_,
                         .name = folder_,
                         .reason = std::move(reason),
                         .advice = std::move(advice)});
  }

  std::string folder_;
  bpf_attach_type type_;
  int program_;
  std::string name_;
};

}  // namespace ebpfxx::detail::attach
