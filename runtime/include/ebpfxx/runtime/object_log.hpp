#pragma once

#include <string>

#include <ebpfxx/log/buffer.hpp>
#include <ebpfxx/runtime/handle/log.hpp>
#include <ebpfxx/runtime/object.hpp>

/// What an Object offers for the log.
namespace ebpfxx {

inline bool Object::reuse(const LogBuffer& log, const std::string& path) {
  return opened_.reuse_ring(variable(log), variable(LogBuffer::dropped), {}, path);
}

inline LogHandle Object::operator[](const LogBuffer& log) {
  return {opened_.ring(variable(log), LogBuffer::bytes), opened_.map(variable(LogBuffer::dropped), counter),
          opened_.log_formats()};
}

}  // namespace ebpfxx
