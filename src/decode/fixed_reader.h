// Readers of binary files that are arrays of records of one size.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "decode/decoder.h"

namespace inquest::decode {

// Cuts the input into records of `size` bytes. What is left at the end and is shorter is a problem.
class FixedReader : public Reader {
 public:
  FixedReader(Sink& sink, size_t size) : sink_(sink), size_(size) {}
  void feed(std::string_view bytes) final;
  void finish() final;

 protected:
  // One record of exactly `size` bytes. The view lives for the call. `place.line` is 0.
  virtual void record(std::string_view bytes, const Place& place) = 0;
  // After the last one.
  virtual void end() {}

  Sink& sink() { return sink_; }

 private:
  void whole_record(std::string_view bytes);

  Sink& sink_;
  size_t size_;
  std::string carry_;    // the beginning of a record that the last piece cut
  uint64_t offset_ = 0;  // of the next record
};

// A field of a C struct that holds a string: up to the first NUL, the rest of which must be NULs too and the string
// printable. Nothing where it is not, which in these files means that they are something else.
std::optional<std::string_view> padded_text(std::string_view field);

}  // namespace inquest::decode
