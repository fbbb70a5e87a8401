#pragma once

/// \brief A box of \c T, see \ref size "its size" and Box::size.
///
/// \code{.cpp}
/// Box<int> box;
/// \endcode
///
/// \tparam T what is in it
/// \note Not for <b>threads</b>.
/// \deprecated Use a vector.
template <typename T>
class Box {
 public:
  /**
   * Copies into @p buffer.
   *
   * @param[in,out] buffer where to
   * @param size how many | how large
   * @return the number
   * @retval 0 if there is none
   * @throws std::bad_alloc never
   * @see size()
   */
  int copy(T* buffer, int size);

  int size();
};
