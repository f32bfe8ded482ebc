#include "crashtext/krnl_code.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostInstructions = 32;  // kernels print 8

struct Listed {
  char mark = ' ';  // '#': the one before the PSW's address, '>': the one at it
  std::string_view address;
  std::string_view bytes;
  std::string text;
};

// "#000003ff8086d036:"
std::optional<Listed> parse_place(std::string_view word) {
  Listed found;
  Scan scan(word);
  if (scan.peek() == '#' || scan.peek() == '>') found.mark = scan.take_count(1).front();
  found.address = scan.take_while(Scan::hex_digit);
  if (found.address.size() < 8 || found.address.size() > 16 || !scan.take(':') || !scan.at_end()) return std::nullopt;
  return found;
}

// BUG() and WARN(): a branch into itself (to v5.2), and "mc 0,0" since.
bool is_trap(const Listed& one) { return one.bytes == "a7f40001" || one.bytes == "af000000"; }

}  // namespace

std::optional<Reading> read_krnl_code(std::string_view text) {
  const size_t heading = text.find(" Code:");
  if (heading == std::string_view::npos || (!text.contains("Krnl Code:") && !text.contains("User Code:")))
    return std::nullopt;
  std::string flat(text.substr(heading + std::string_view(" Code:").size()));
  for (char& c : flat) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  std::vector<Listed> listed;
  for (const std::string_view word : split_blanks(flat)) {
    if (auto place = parse_place(word)) {
      if (listed.size() == kMostInstructions) break;
      listed.push_back(std::move(*place));
    } else if (!listed.empty() && listed.back().bytes.empty()) {
      listed.back().bytes = word;
    } else if (!listed.empty()) {
      listed.back().text += fmt::format("{}{}", listed.back().text.empty() ? "" : " ", word);
    }
  }
  if (listed.empty()) return std::nullopt;

  const Listed* before = nullptr;
  const Listed* at = nullptr;
  for (const Listed& one : listed) {
    if (one.mark == '#') before = &one;
    if (one.mark == '>') at = &one;
  }
  const bool trap = before != nullptr && is_trap(*before);
  const Listed* const fault = trap ? before : at;
  Reading reading;
  reading.what = fmt::format("{} instructions of s390 code", listed.size());
  reading.meaning = fault == nullptr ? "none is marked with >: where the fault was is not known"
                                     : fmt::format("the fault was at: {}{}", fault->text,
                                                   trap ? " (BUG() or WARN())" : ", where the PSW points");
  for (const Listed& one : listed)
    reading.field(fmt::format("{}{}", &one == fault ? "=> " : "", one.address),
                  fmt::format("{:<14} {}", one.bytes, one.text));
  if (trap) {
    reading.note(
        "A trap on purpose: the kernel checked something and found it broken. The line above the report says what.");
  } else if (before != nullptr && fault != nullptr) {
    reading.note(fmt::format(
        "A page fault leaves the PSW at the instruction itself; after an operation, data or divide exception it points "
        "behind it, and the one to look at is `{}`.",
        before->text));
  }
  return reading;
}

}  // namespace inquest::crashtext
