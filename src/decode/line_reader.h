// Readers of text: line by line in constant memory, or a whole small file at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "decode/decoder.h"

namespace inquest::decode {

// Cuts the input into lines. A line ends with "\n"; carriage returns before it and a byte order mark in front of the
// first are dropped; the last line needs no end. NUL bytes (padding of serial captures, blocks that a power cut kept
// from the disk) at a line's ends are dropped; kGap or more within a line part what two boots wrote: it is handed over
// as two lines of one number. One diagnostic tells how many lines had them. Of a line longer than kMaxLine only that
// much is handed over, with a diagnostic.
class LineReader : public Reader {
 public:
  static constexpr size_t kMaxLine = 1 << 20;
  static constexpr size_t kGap = 16;

  explicit LineReader(Sink& sink) : sink_(sink) {}
  void feed(std::string_view bytes) final;
  void finish() final;

 protected:
  // One line, never with its end. The view lives for the call. `place.offset` is where `text` begins in the evidence.
  virtual void line(std::string_view text, const Place& place) = 0;
  // After the last line.
  virtual void end() {}

  Sink& sink() { return sink_; }

 private:
  void hand_over(std::string_view text, uint64_t offset);
  void gather(std::string_view part, uint64_t offset);
  void carry(std::string_view text);
  void end_line(uint64_t offset);
  void note_nuls(uint64_t end);

  Sink& sink_;
  std::string carry_;  // the beginning of a line that the last piece cut
  uint64_t carry_offset_ = 0;
  uint64_t dropped_ = 0;     // bytes of the carried line beyond kMaxLine
  uint64_t nuls_ = 0;        // that came behind the carried bytes
  bool noted_nuls_ = false;  // of this line
  uint64_t offset_ = 0;      // of the next byte to come
  uint32_t number_ = 0;      // of lines that ended
};

// Collects an input of up to kMaxWhole bytes and hands it over at the end, without a byte order mark; refuses a larger
// one.
class WholeReader : public Reader {
 public:
  static constexpr size_t kMaxWhole = 16 << 20;

  explicit WholeReader(Sink& sink) : sink_(sink) {}
  void feed(std::string_view bytes) final;
  void finish() final;

 protected:
  virtual void whole(std::string_view bytes) = 0;
  Sink& sink() { return sink_; }
  // The place of a view into the whole, with its line number.
  Place place_of(std::string_view part) const;
  // The place of a line by its one-based number, without its end and blanks around it; line 0 or past the end: none.
  Place place_of_line(size_t number) const;

 private:
  Sink& sink_;
  std::string bytes_;
  std::vector<uint32_t> line_starts_;
  bool too_large_ = false;
};

}  // namespace inquest::decode
