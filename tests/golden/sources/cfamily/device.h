#pragma once

/**
 * @file
 * @brief Where a tensor is. More about it.
 */

#include <core/export.h>
#include <string>
#include "shape.hpp"

#ifdef __cplusplus
extern "C" {
#endif
/// The version of the interface.
CORE_API int device_version(void);
#ifdef __cplusplus
}
#endif

namespace core {

using Index = int8_t; ///< Which of several devices.

/// A device.
///
/// @param T nothing
template <typename T = void>
struct CORE_API Device final : public Base<T>, protected virtual detail::Other {
  /* implicit */ Device(Index index, Options options = {}) noexcept : index_(index) {}
  CORE_DEPRECATED("use index") Index number() const;
  explicit operator bool() const;
  Device& operator=(const Device&) = delete;
  template <class U>
  U as() const CORE_LIFETIME_BOUND;
  friend bool operator==(const Device& a, const Device& b) { return a.index_ == b.index_; }
  DISALLOW_MOVE(Device);

  enum Kind : uint8_t {
    CPU CORE_UNUSED = 0, // the processor
    GPU,
  };

 private:
  Index index_ = -1; // which one
  union {
    void *handle;
    long number_;
  };
};

class Forward;

} // namespace core

namespace std {
template <>
struct hash<core::Device<int>> {
  size_t operator()(const core::Device<int>& device) const;
};
} // namespace std
