// Finds, at the speed of memory, the places in a log where a report might begin.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace inquest::crashtext {

// What is looked for besides the headers of families; numbered behind them.
enum class Landmark : uint8_t {
  Banner,        // "Linux version ": a boot begins
  Replay,        // "** replaying previous printk message **": the line before is printed again, and whole
  Disconnected,  // the console says that it lost its other end
  OtherTrace,    // a message with a stack trace that is no crash
};

struct Hit {
  uint32_t family;  // index into families(), or families().size() + a Landmark
  uint32_t start;   // of the words, in the block
  uint32_t end;
};

// One thread's means to scan. The database behind it is compiled when the first one is made, and shared.
class HeaderScanner {
 public:
  HeaderScanner();
  ~HeaderScanner();
  HeaderScanner(HeaderScanner&&) noexcept;
  HeaderScanner& operator=(HeaderScanner&&) noexcept;

  // Every place in the block (below 4 GiB) where one of the words stands, in the order of their ends. Replaces `hits`.
  void scan(std::string_view block, std::vector<Hit>& hits) const;

 private:
  struct Scratch;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace inquest::crashtext
