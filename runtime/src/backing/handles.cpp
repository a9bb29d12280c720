// What the handles of maps do, in the kernel and natively.
#include <linux/bpf.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <ebpfxx/error.hpp>
#include <ebpfxx/runtime/detail/backing/map_access.hpp>
#include <ebpfxx/runtime/detail/backing/program_entries.hpp>
#include <ebpfxx/runtime/detail/backing/record_source.hpp>
#include <ebpfxx/runtime/detail/backing/sum.hpp>
#include <ebpfxx/runtime/detail/os/pinning.hpp>
#include <ebpfxx/runtime/handle/map.hpp>
#include <ebpfxx/runtime/handle/stack_traces.hpp>
#include <ebpfxx/runtime/map_text.hpp>

namespace ebpfxx {

BatchError::BatchError(int number, ErrorDetails details, std::size_t done)
    : Error(number, std::move(details)), done_(done) {}

namespace detail::backing {

MapEntries::~MapEntries() = default;
MapBacking::~MapBacking() = default;
RecordSource::~RecordSource() = default;
ProgramEntries::~ProgramEntries() = default;

int MapBacking::write_many(const std::byte* keys, const std::byte* values, std::uint32_t count, std::uint32_t& done) {
  for (done = 0; done < count; ++done)
    if (const int result = write(keys + done * key_size(), values + done * values_size(), BPF_ANY); result != 0)
      return result;
  return 0;
}

int MapBacking::erase_many(const std::byte* keys, std::uint32_t count, std::uint32_t& done) {
  for (done = 0; done < count; ++done)
    if (const int result = erase(keys + done * key_size()); result != 0) return result;
  return 0;
}

namespace {

std::string labelled(const std::string& kind, const std::string& name) {
  return name.empty() ? "a native " + kind : kind + " " + name;
}

[[noreturn]] void fail(const MapBacking& map, int number, const std::string& verb, std::string reason = {}) {
  throw Error(number, {.attempt = verb + " " + map.label(), .name = map.name(), .reason = std::move(reason)});
}

[[noreturn]] void fail_batch(const MapBacking& map, int number, const std::string& verb, std::string reason,
                             std::size_t done, std::size_t count) {
  if (reason.empty()) reason = std::generic_category().message(number);
  reason += "; " + std::to_string(done) + " of " + std::to_string(count) + " entries are done";
  throw BatchError(number, {.attempt = verb + " " + map.label(), .name = map.name(), .reason = std::move(reason)},
                   done);
}

std::string why_not_written(int error, const MapLimits& limits) {
  if (error != (limits.is_trie ? ENOSPC : E2BIG)) return {};
  const std::string reason = limits.is_array ? "the index is behind the last entry" : "it is full";
  return reason + " (" + std::to_string(limits.max_entries) + " entries)";
}

}  // namespace

std::string MapBacking::label() const { return labelled("map", name()); }
std::string RecordSource::label() const { return labelled("ring buffer", name()); }
std::string ProgramEntries::label() const { return labelled("program array", name()); }

Bytes::Bytes(std::size_t size) : data_(new std::byte[size]()), size_(size) {}
Bytes::~Bytes() { delete[] data_; }

bool read_entry(MapBacking& map, const void* key, std::byte* values) {
  const int error = -map.read(key, values);
  if (error != 0 && error != ENOENT) fail(map, error, "read");
  return error == 0;
}

void read_element(MapBacking& map, std::uint32_t index, const MapLimits& limits, std::byte* values) {
  if (!read_entry(map, &index, values))
    fail(map, ERANGE, "read",
         "there is no entry " + std::to_string(index) + " in an array of " + std::to_string(limits.max_entries));
}

bool write_entry(MapBacking& map, const void* key, const std::byte* values, std::uint64_t flags,
                 const MapLimits& limits) {
  const int error = -map.write(key, values, flags);
  if (error == 0) return true;
  if (flags == BPF_NOEXIST && error == EEXIST) return false;
  if (flags == BPF_EXIST && error == ENOENT) return false;
  fail(map, error, "write to", why_not_written(error, limits));
}

bool erase_entry(MapBacking& map, const void* key) {
  const int error = -map.erase(key);
  if (error != 0 && error != ENOENT) fail(map, error, "erase from");
  return error == 0;
}

void write_entries(MapBacking& map, std::span<const std::byte> keys, std::span<const std::byte> values,
                   const MapLimits& limits) {
  const std::size_t count = keys.size() / map.key_size();
  if (count == 0) return;
  std::uint32_t done = 0;
  const int error = -map.write_many(keys.data(), values.data(), static_cast<std::uint32_t>(count), done);
  if (error != 0) fail_batch(map, error, "write to", why_not_written(error, limits), done, count);
}

std::size_t erase_entries(MapBacking& map, std::span<const std::byte> keys) {
  const std::size_t key_size = map.key_size(), count = keys.size() / key_size;
  std::size_t erased = 0;
  for (std::size_t next = 0; next < count;) {
    std::uint32_t done = 0;
    const int error = -map.erase_many(keys.data() + next * key_size, static_cast<std::uint32_t>(count - next), done);
    erased += done;
    next += done;
    if (error == ENOENT)
      ++next;  // the one that is not there
    else if (error != 0)
      fail_batch(map, error, "erase from", {}, erased, count);
  }
  return erased;
}

std::uint64_t sum_of_counter(MapBacking& map) {
  const std::uint32_t index = 0;
  std::vector<std::uint64_t> counts(map.cpus());
  read_element(map, index, {1, true, false}, reinterpret_cast<std::byte*>(counts.data()));
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) sum += count;
  return sum;
}

void fail_sum(std::size_t bytes) {
  throw Error(EOVERFLOW, {.attempt = "add up the values of all CPUs",
                          .reason = "a sum does not fit into a field of " + std::to_string(bytes) + " bytes",
                          .advice = "give the field 8 bytes, or add up per_cpu()"});
}

void fail_foreign_record(const RecordSource& source, std::size_t size, std::optional<std::uint64_t> tag) {
  std::string reason = "it holds a record of " + std::to_string(size) + " bytes";
  if (tag) reason += " with the tag " + std::to_string(*tag);
  throw Error(EBADMSG, {.attempt = "read " + source.label(),
                        .name = source.name(),
                        .reason = reason + ", which is none of this application's"});
}

namespace {

[[noreturn]] void fail_entry(const ProgramEntries& entries, int number, const std::string& verb, std::uint32_t index,
                             std::uint32_t size) {
  ErrorDetails failure{.attempt = verb + " " + std::to_string(index) + " of " + entries.label(),
                       .name = entries.name()};
  if (number == E2BIG) failure.reason = "the last one is entry " + std::to_string(size - 1);
  throw Error(number, std::move(failure));
}

}  // namespace

void put_program(ProgramEntries& entries, std::uint32_t index, const void* variable, std::uint32_t size) {
  if (const int error = -entries.put(index, variable); error != 0) fail_entry(entries, error, "set entry", index, size);
}

bool erase_program(ProgramEntries& entries, std::uint32_t index, std::uint32_t size) {
  const int error = -entries.erase(index);
  if (error != 0 && error != ENOENT) fail_entry(entries, error, "empty entry", index, size);
  return error == 0;
}

}  // namespace detail::backing

namespace detail::runtime {

std::string json_string(std::string_view text) {
  std::ostringstream out;
  out << '"';
  for (const char character : text) {
    if (character == '"' || character == '\\') out << '\\';
    if (static_cast<unsigned char>(character) < 0x20)
      out << "\\u" << std::hex << std::setw(4) << std::setfill('0') << int{character};
    else
      out << character;
  }
  out << '"';
  return out.str();
}

void print_rows(const Rows& rows, std::ostream& stream) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - row[i].size() + 2, ' ');
    }
    stream << line << '\n';
  }
}

}  // namespace detail::runtime

std::string StackTracesHandle::name() const { return backing_->name(); }
int StackTracesHandle::fd() const { return backing_->fd(); }
std::uint32_t StackTracesHandle::id() const { return detail::os::map_id(fd(), backing_->label()); }

std::vector<std::uint64_t> StackTracesHandle::frames(std::uint32_t id) const {
  std::vector<std::uint64_t> frames(backing_->values_size() / sizeof(std::uint64_t));
  const int result = backing_->read(&id, reinterpret_cast<std::byte*>(frames.data()));
  if (result != 0 && result != -ENOENT) fail("read", id, -result);
  frames.erase(result == 0 ? std::find(frames.begin(), frames.end(), 0u) : frames.begin(), frames.end());
  return frames;
}

bool StackTracesHandle::erase(std::uint32_t id) const {
  const int result = backing_->erase(&id);
  if (result != 0 && result != -ENOENT) fail("erase", id, -result);
  return result == 0;
}

void StackTracesHandle::pin(const std::string& path) const { detail::os::pin_object(fd(), backing_->label(), path); }

void StackTracesHandle::fail(const std::string& verb, std::uint32_t id, int number) const {
  throw Error(number,
              {.attempt = verb + " stack " + std::to_string(id) + " of " + backing_->name(), .name = backing_->name()});
}

}  // namespace ebpfxx
