#include "record/netconsole_lines.h"

#include <algorithm>
#include <utility>

#include "decode/kernel_line.h"

namespace inquest::record {
namespace {

constexpr size_t kChunk = 1000;  // MAX_PRINT_CHUNK of drivers/net/netconsole.c

void add(std::string_view line, Ns received, bool cut, std::vector<NetconsoleLine>& out) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!line.empty()) out.push_back({std::string(line), received, cut});
}

}  // namespace

void NetconsoleLines::take(std::string_view datagram, Ns received, std::vector<NetconsoleLine>& out) {
  if (!partial_.empty()) {
    // Kernels cut where a datagram is full. Behind a shorter one, what looks like the beginning of a line is one, and
    // the end of the line before was lost.
    const bool begins = !goes_on_ && decode::parse_kernel_line(datagram.substr(0, 64)).prefixed();
    if (begins || received < received_ || partial_.size() + datagram.size() > kLongest) finish(out);
  }
  goes_on_ = datagram.size() >= kChunk;
  size_t at = 0;
  for (size_t end = datagram.find('\n'); end != std::string_view::npos; end = datagram.find('\n', at)) {
    const std::string_view line = datagram.substr(at, end - at);
    at = end + 1;
    if (partial_.empty()) {
      add(line, received, false, out);
      continue;
    }
    partial_ += line;
    add(partial_, received_, false, out);
    partial_.clear();
  }
  const std::string_view rest = datagram.substr(at);
  if (rest.empty()) return;
  if (partial_.empty()) received_ = received;
  partial_ += rest;
  if (partial_.size() > kLongest) finish(out);
}

void NetconsoleLines::expire(Ns now, std::vector<NetconsoleLine>& out) {
  if (!partial_.empty() && (now - received_ >= kHold || now < received_)) finish(out);
}

void NetconsoleLines::finish(std::vector<NetconsoleLine>& out) {
  add(partial_, received_, true, out);
  partial_.clear();
}

}  // namespace inquest::record
