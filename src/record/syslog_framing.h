// Where one syslog message ends and the next begins in a stream of bytes. docs/formats/syslog_protocol.md
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace inquest::record {

struct SyslogFrame {
  std::string_view bytes;
  bool cut = false;        // its end did not come, or comes in the next frame
  bool continues = false;  // it goes on where the frame before was cut
};

// RFC 6587: frames with their length in front ("34 <13>...") and frames that end with a newline or a NUL, also mixed: a
// length is only taken for one where a priority follows. What a frame is does not depend on how its bytes come in
// pieces. Empty frames are left out. Holds at most one frame of kLongest bytes; a longer one goes on in pieces.
class SyslogFraming {
 public:
  static constexpr size_t kLongest = 64 << 10;
  using Take = std::function<void(const SyslogFrame&)>;  // its bytes are valid during the call

  void feed(std::string_view bytes, const Take& take);
  // The stream ends, or has been silent for too long in the middle of a frame.
  void finish(const Take& take);

  bool holds() const { return !held_.empty(); }

 private:
  // How much of `bytes`, which begin a frame, is its length and the blank behind it. `counted_` then says how much
  // follows. 0: it ends with a newline. Nothing where more bytes are needed to tell.
  bool read_length(std::string_view bytes, size_t& prefix);
  size_t step(std::string_view bytes, const Take& take);
  void pass(std::string_view bytes, bool cut, const Take& take);

  std::string held_;    // the beginning of a frame, or of its length
  size_t counted_ = 0;  // bytes that the present frame still has; 0: it ends with a newline
  bool begun_ = false;  // the present frame's length is read, or it has none
  bool continues_ = false;
};

}  // namespace inquest::record
