// Reference-counted immutable objects behind values: one word each, and safe to share between threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace inquest::query {

class Shared {
 public:
  Shared() = default;
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  virtual ~Shared() = default;

  void retain() const { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
  // How deep objects lie in each other below this one. Bounded by who makes them from a query's text: what is nested is
  // walked through, and destroyed, by recursion.
  uint32_t nesting() const { return nesting_; }
  // How many hold this object now.
  uint32_t references() const { return references_.load(std::memory_order_relaxed); }

 protected:
  void lies_around(uint32_t nesting) { nesting_ = nesting_ > nesting ? nesting_ : nesting + 1; }

 private:
  mutable std::atomic<uint32_t> references_ = 0;
  uint32_t nesting_ = 0;
};

// Holds one reference, or nothing. T is a kind of Shared.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(const T* object) : object_(object) {
    if (object_ != nullptr) object_->retain();
  }
  Ref(const Ref& other) : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) object_->release();
  }

  const T* get() const { return object_; }
  const T& operator*() const { return *object_; }
  const T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  const T* object_ = nullptr;
};

// A new object, made of the arguments.
template <class T, class... Arguments>
Ref<T> make_ref(Arguments&&... arguments) {
  return Ref<T>(new T(std::forward<Arguments>(arguments)...));
}

}  // namespace inquest::query
