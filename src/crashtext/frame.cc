#include "crashtext/frame.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

// Longer than any symbol that kallsyms keeps (KSYM_NAME_LEN is 512).
constexpr size_t kLongestSymbol = 512;

bool symbol_character(char c) {
  return Scan::letter(c) || Scan::digit(c) || c == '_' || c == '.' || c == '$' || c == '@';
}

// "(null)" and "(____ptrval____)" stand where %p hides or lacks an address.
bool take_hidden_address(Scan& scan, std::optional<uint64_t>& address) {
  Scan ahead = scan;
  ahead.blanks();
  if (ahead.take("(null)")) {
    address = 0;
    scan = ahead;
    return true;
  }
  if (ahead.take("(____ptrval____)") || ahead.take("(ptrval)") || ahead.take("____ptrval____") ||
      ahead.take("(____ptrval____")) {
    scan = ahead;
    return true;
  }
  return false;
}

// "[<ffffffff8105d660>]", "[c000000010f930b0]", "[<          (null)>]"; leaves the blanks behind it.
bool take_bracketed_address(Scan& scan, std::optional<uint64_t>& address) {
  Scan ahead = scan;
  if (!ahead.take('[')) return false;
  const bool angled = ahead.take('<');
  std::optional<uint64_t> value;
  if (!(angled && take_hidden_address(ahead, value))) {
    ahead.take("0x");
    const size_t before = ahead.rest().size();
    value = ahead.hex();
    // "[12]" and "[dead]" are no addresses.
    if (!value || (!angled && before - ahead.rest().size() < 8)) return false;
  }
  if (angled && !ahead.take('>')) return false;
  if (!ahead.take(']')) return false;
  address = value;
  scan = ahead;
  return true;
}

// "name+0x1/0x2", "name+0x12", "0xffffffffa0123456"; fills function, offset, size, address.
bool take_symbol(Scan& scan, Frame& frame) {
  Scan ahead = scan;
  if (const auto address = ahead.prefixed_hex()) {
    if (!frame.address) frame.address = *address;
    scan = ahead;
    return true;
  }
  std::string_view name = ahead.take_while(symbol_character);
  if (name.empty() || name.size() > kLongestSymbol || Scan::digit(name.front())) return false;
  if (!ahead.take('+')) return false;
  const auto offset = ahead.prefixed_hex();
  if (!offset) return false;
  frame.offset = *offset;
  Scan size = ahead;
  if (size.take('/')) {
    if (const auto bytes = size.prefixed_hex()) {
      frame.size = *bytes;
      ahead = size;
    }
  }
  // ppc64's ELFv1 ABI names the code of f ".f"; the function is f.
  if (name.size() > 1 && name.front() == '.' && !Scan::digit(name[1])) name.remove_prefix(1);
  frame.function = name;
  scan = ahead;
  return true;
}

bool source_file(std::string_view name) {
  constexpr auto kExtensions = std::to_array<std::string_view>({".c", ".h", ".S", ".rs", ".cc", ".cpp", ".s"});
  return std::ranges::any_of(kExtensions, [&](std::string_view extension) { return name.ends_with(extension); }) &&
         std::ranges::none_of(name, [](char c) { return c == '(' || c == ')' || c == '"' || c == '<'; });
}

// "mm/slub.c:123", "(mm/slub.c:123 (discriminator 3))", "(a.h:1 b.c:2)": the innermost place, which stands first.
bool take_source_line(Scan& scan, Frame& frame) {
  Scan ahead = scan;
  ahead.blanks();
  const bool bracketed = ahead.take('(');
  const std::string_view file = ahead.take_while([](char c) { return !Scan::blank(c) && c != ':'; });
  if (!source_file(file) || !ahead.take(':')) return false;
  const auto line = ahead.decimal();
  if (!line || *line > UINT32_MAX) return false;
  if (bracketed) {
    int depth = 1;
    (void)ahead.take_while([&](char c) {
      if (c == '(') ++depth;
      if (c == ')') --depth;
      return depth > 0;
    });
    if (!ahead.take(')')) return false;
  }
  frame.file = file;
  frame.line = static_cast<uint32_t>(*line);
  scan = ahead;
  return true;
}

// "[zfs]", "[zfs 3f2a...e1]", "[vboxdrv(OE)]"; not the "[inline]" of a symbolised trace.
bool take_module(Scan& scan, Frame& frame) {
  Scan ahead = scan;
  ahead.blanks();
  if (!ahead.take('[')) return false;
  const std::string_view name =
      ahead.take_while([](char c) { return Scan::letter(c) || Scan::digit(c) || c == '_' || c == '-'; });
  if (name.empty() || name == "inline") return false;
  if (ahead.take('(')) {
    if (!ahead.until(')')) return false;
  }
  std::string_view build_id;
  if (ahead.take(' ')) build_id = ahead.take_while(Scan::hex_digit);
  if (!ahead.take(']')) return false;
  frame.module = name;
  frame.build_id = build_id;
  scan = ahead;
  return true;
}

// "(P)", "(PC)", "(LF)": where arm64's unwinder has a frame from (commit bdf8eafbf7f5, "arm64: stacktrace: report
// source of unwind data", v6.13).
bool take_unwind_source(Scan& scan) {
  Scan ahead = scan;
  ahead.blanks();
  if (!ahead.take('(')) return false;
  const std::string_view flags = ahead.take_while([](char c) { return c >= 'A' && c <= 'Z'; });
  if (flags.empty() || flags.size() > 4 || !ahead.take(')')) return false;
  scan = ahead;
  return true;
}

bool take_word(Scan& scan, std::string_view word) {
  Scan ahead = scan;
  ahead.blanks();
  if (!ahead.take(word)) return false;
  scan = ahead;
  return true;
}

// Whatever may stand behind a symbol, in any order.
void take_suffixes(Scan& scan, Frame& frame) {
  for (int i = 0; i < 6; ++i) {
    if (take_word(scan, "(unreliable)")) {
      frame.reliable = false;
    } else if (take_word(scan, "[inline]")) {
      frame.inlined = true;
    } else if (!(frame.module.empty() && take_module(scan, frame)) &&
               !(frame.file.empty() && take_source_line(scan, frame)) && !take_unwind_source(scan)) {
      return;
    }
  }
}

bool nothing_left(Scan scan) { return scan.blanks().at_end(); }

// "(dump_stack+0x7c/0xc8 [mod])", "(show_stack)", "(0xc0012345)": of 32-bit ARM.
bool take_parenthesised(Scan& scan, Frame& frame) {
  Scan ahead = scan;
  ahead.blanks();
  if (!ahead.take('(')) return false;
  if (take_symbol(ahead, frame)) {
    take_suffixes(ahead, frame);
  } else {
    const std::string_view name = ahead.take_while(symbol_character);
    if (name.empty() || name.size() > kLongestSymbol) return false;
    frame.function = name;
  }
  if (!ahead.take(')')) return false;
  scan = ahead;
  return true;
}

// "[<c0014558>] (show_stack) from [<c059798c>] (dump_stack+0x7c/0xc8)"; since v5.16 "show_stack from
// dump_stack+0x7c/0xc8".
std::optional<Frame> parse_arm_call(Scan scan) {
  Frame callee;
  Frame caller;
  if (take_bracketed_address(scan, callee.address)) {
    if (!take_parenthesised(scan, callee) || !take_word(scan, "from ")) return std::nullopt;
    scan.blanks();
    if (!take_bracketed_address(scan, caller.address) || !take_parenthesised(scan, caller)) return std::nullopt;
  } else {
    callee.function = scan.take_while(symbol_character);
    if (callee.function.empty() || callee.function.size() > kLongestSymbol || !scan.take(" from ")) return std::nullopt;
    if (!take_symbol(scan, caller)) return std::nullopt;
    take_suffixes(scan, caller);
    if (!nothing_left(scan)) return std::nullopt;
  }
  caller.callee = callee.function;
  return caller;
}

// The letter by which Xen says where it has an address from: R return address, F frame, S leftover on the stack.
void take_xen_source(Scan& scan, Frame& frame) {
  Scan ahead = scan;
  const char letter = ahead.peek();
  if (letter != 'R' && letter != 'F' && letter != 'S') return;
  ahead.take(letter);
  if (!ahead.take(' ')) return;
  if (letter == 'S') frame.reliable = false;
  scan = ahead;
}

// What may follow a complete "f+0x1/0x2" when the next line was glued to it; a sentence about the function may not.
bool may_follow(char c) { return Scan::blank(c) || c == '[' || c == '(' || c == ')' || c == '<' || c == '\0'; }

// A function without an offset: behind an address, or with file and line.
bool take_bare_function(Scan& scan, Frame& frame, bool addressed) {
  Scan ahead = scan;
  const std::string_view name = ahead.take_while(symbol_character);
  if (name.empty() || name.size() > kLongestSymbol || Scan::digit(name.front()) || name == "at") return false;
  if (!ahead.at_end() && !Scan::blank(ahead.peek())) return false;
  take_suffixes(ahead, frame);
  if (!nothing_left(ahead) || (!addressed && frame.file.empty())) return false;
  frame.function = name;
  scan = ahead;
  return true;
}

std::optional<Frame> parse_call(Scan scan) {
  if (auto arm = parse_arm_call(scan)) return arm;
  Frame frame;
  // s390 since v5.2 prints "([<addr>] f)" for what it does not trust, before that for the first frame of a stack.
  if (Scan ahead = scan; ahead.take('(')) {
    if (!ahead.rest().starts_with("[<")) return std::nullopt;
    frame.reliable = false;
    scan = ahead;
  }
  bool addressed = false;
  // ppc prints the stack pointer before the address.
  for (int i = 0; i < 2 && take_bracketed_address(scan, frame.address); ++i) {
    addressed = true;
    scan.blanks();
  }
  if (scan.take("? ")) {
    frame.reliable = false;
    scan.blanks();
  }
  if (addressed) take_xen_source(scan, frame);
  if (take_symbol(scan, frame)) {
    const bool complete = frame.size.has_value();
    if (!may_follow(scan.peek())) return std::nullopt;
    take_suffixes(scan, frame);
    scan.take(')');
    if (!complete && !nothing_left(scan)) return std::nullopt;
    // A bare number is a frame where nothing else is in the line; "0x10" may be anything.
    if (frame.function.empty() && !addressed && frame.address.value_or(0) < 0x10000) return std::nullopt;
    return frame;
  }
  if (addressed && take_hidden_address(scan, frame.address)) return frame;
  if (take_bare_function(scan, frame, addressed)) return frame;
  if (addressed && nothing_left(scan)) return frame;
  return std::nullopt;
}

struct Place {
  std::string_view prefix;
  TraceLine::Kind kind;
  bool segmented = false;  // a code segment may stand before the address
};

// The longer of two that begin alike stands first.
constexpr auto kPlaces = std::to_array<Place>({
    {"RIP", TraceLine::Kind::Position, true},  // x86-64
    {"EIP is at", TraceLine::Kind::Position},  // i386 to v4.10
    {"EIP", TraceLine::Kind::Position, true},
    {"IP", TraceLine::Kind::Position, true},
    {"PC is at", TraceLine::Kind::Position},  // arm, arm64 to v5.0
    {"pc is at", TraceLine::Kind::Position},  // alpha
    {"LR is at", TraceLine::Kind::Link},
    {"ra is at", TraceLine::Kind::Link},
    {"pc :", TraceLine::Kind::Position},  // arm64
    {"lr :", TraceLine::Kind::Link},
    {"PC:", TraceLine::Kind::Position},
    {"NIP", TraceLine::Kind::Position},  // ppc
    {"LR", TraceLine::Kind::Link},
    {"epc", TraceLine::Kind::Position},  // mips, riscv
    {"ra", TraceLine::Kind::Link},
    {"ERA:", TraceLine::Kind::Position},  // loongarch
    {"RA:", TraceLine::Kind::Link},
    {"TPC: <", TraceLine::Kind::Position},  // sparc64
    {"PC: <", TraceLine::Kind::Position},   // sparc32
    {"RPC: <", TraceLine::Kind::Link},
    {"IAOQ[0]:", TraceLine::Kind::Position},  // parisc
    {"RP(r2):", TraceLine::Kind::Link},
});

// "0010:", "e030:": the code segment, whose two low bits are the privilege level, 3 in user space.
bool take_segment(Scan& scan, bool& user) {
  Scan ahead = scan;
  const std::string_view digits = ahead.take_while(Scan::hex_digit);
  if (digits.size() < 2 || digits.size() > 4 || !ahead.take(':')) return false;
  user = (parse_int<uint32_t>(digits, 16).value_or(0) & 3U) == 3;
  scan = ahead;
  return true;
}

// "Krnl PSW : 0704f00180000000 000003ff8086d03a (f+0x3a/0x1000 [m])".
std::optional<Frame> parse_psw(Scan scan) {
  const bool user = scan.rest().starts_with("User");
  if (!scan.take("Krnl PSW") && !scan.take("User PSW")) return std::nullopt;
  scan.blanks();
  if (!scan.take(':')) return std::nullopt;
  scan.blanks();
  if (!scan.hex()) return std::nullopt;
  scan.blanks();
  Frame frame;
  frame.address = scan.hex();
  if (!frame.address) return std::nullopt;
  if (user) frame.context = TraceContext::User;
  scan.blanks();
  if (scan.take('(') && !take_hidden_address(scan, frame.address) && take_symbol(scan, frame))
    take_suffixes(scan, frame);
  return frame;
}

std::optional<Frame> parse_place(Scan scan, const Place& place) {
  const std::string_view prefix = place.prefix;
  // Words of other lines begin with the short names too: "IPv6", "rate", "range".
  const bool spelt_out = prefix.back() == '<' || prefix.back() == ':' || prefix.ends_with(" at");
  if (!spelt_out) {
    scan.blanks();
    const bool colon = scan.take(':');
    if (!colon && Scan(scan).blanks().peek() != '[') return std::nullopt;
  }
  scan.blanks();
  Frame frame;
  bool user = false;
  if (place.segmented && take_segment(scan, user)) scan.blanks();
  bool addressed = false;
  for (int i = 0; i < 3 && take_bracketed_address(scan, frame.address); ++i) {
    addressed = true;
    scan.blanks();
  }
  // mips prints a bare address before the symbol.
  if (Scan ahead = scan;
      !addressed && !place.segmented && ahead.take_while(Scan::hex_digit).size() >= 8 && ahead.take(' ')) {
    frame.address = scan.hex();
    scan.blanks();
  }
  const bool named = take_symbol(scan, frame);
  if (named) {
    if (scan.peek() == ':') return std::nullopt;  // "PC: 0xffffffc000633a00:" heads a dump of the memory there
    take_suffixes(scan, frame);
  } else if (take_hidden_address(scan, frame.address)) {
    // A jump through a NULL function pointer.
  } else if (Scan(scan).blanks().rest().find(".") != std::string_view::npos && take_bare_function(scan, frame, false)) {
    // Symbolised, inlined.
  } else if (!(place.segmented && addressed) && !(addressed && nothing_left(scan))) {
    return std::nullopt;  // "pc : [<c0012345>]    lr : [<c0012345>]    psr: .." is a line of registers
  }
  if (user) frame.context = TraceContext::User;
  return frame;
}

// Where another context was entered, on ppc: "--- interrupt: 300 at f+0x1/0x2", "--- Exception: 901 at .f+0x1/0x2",
// and below it "    LR = f+0x1/0x2".
std::optional<Frame> parse_ppc_entry(Scan scan) {
  if (scan.take("---")) {
    scan.blanks();
    if (!scan.take("interrupt:") && !scan.take("Exception:")) return std::nullopt;
    scan.blanks();
    if (!scan.hex()) return std::nullopt;
    if (!scan.take(" at ")) return std::nullopt;
  } else if (!scan.take("LR = ")) {
    return std::nullopt;
  }
  Frame frame;
  if (!take_symbol(scan, frame)) return std::nullopt;
  take_suffixes(scan, frame);
  return frame;
}

bool is_heading(std::string_view line) {
  constexpr auto kHeadings =
      std::to_array<std::string_view>({"call trace", "call backtrace", "backtrace:", "backtrace (",
                                       "stack backtrace:", "stack trace:", "xen call trace", "kernel stack trace"});
  if (line.size() > 80 || line.find(':') == std::string_view::npos) return false;
  const char first = line.empty() ? '\0' : static_cast<char>(line.front() | 0x20);
  if (first != 'c' && first != 'b' && first != 's' && first != 'x' && first != 'k') return false;
  const std::string low = lower(line);
  return std::ranges::any_of(kHeadings, [&](std::string_view heading) { return low.starts_with(heading); });
}

}  // namespace

std::optional<TraceLine> parse_trace_line(std::string_view line) {
  Scan scan(line);
  scan.blanks();
  if (scan.at_end()) return std::nullopt;
  TraceLine parsed;
  if (is_heading(scan.rest())) {
    parsed.kind = TraceLine::Kind::Heading;
    return parsed;
  }
  while (const auto marker = parse_trace_marker(scan.rest())) {
    parsed.marker = marker;
    scan.take_count(marker->length);
    scan.blanks();
  }
  if (parsed.marker && scan.at_end()) {
    parsed.kind = TraceLine::Kind::Marker;
    return parsed;
  }
  if (auto psw = parse_psw(scan)) {
    parsed.kind = TraceLine::Kind::Position;
    parsed.frame = *std::move(psw);
    return parsed;
  }
  for (const Place& place : kPlaces) {
    Scan ahead = scan;
    if (!ahead.take(place.prefix)) continue;
    if (auto frame = parse_place(ahead, place)) {
      parsed.kind = place.kind;
      parsed.frame = *std::move(frame);
      return parsed;
    }
  }
  auto frame = parse_ppc_entry(scan);
  if (!frame) frame = parse_call(scan);
  if (!frame) {
    if (!parsed.marker) return std::nullopt;
    parsed.kind = TraceLine::Kind::Marker;  // what stands behind it is another line's
    return parsed;
  }
  parsed.frame = *std::move(frame);
  if (parsed.marker) parsed.frame.context = parsed.marker->context;
  return parsed;
}

std::optional<Frame> parse_symbol(std::string_view text, size_t* length) {
  Scan scan(text);
  Frame frame;
  if (!take_symbol(scan, frame)) return std::nullopt;
  (void)take_module(scan, frame);
  if (length != nullptr) *length = text.size() - scan.rest().size();
  return frame;
}

std::string to_string(const Frame& frame) {
  std::string text;
  if (frame.function.empty()) {
    text = frame.address ? fmt::format("0x{:x}", *frame.address) : "?";
  } else {
    text = frame.function;
    if (frame.offset) text += fmt::format("+0x{:x}", *frame.offset);
    if (frame.offset && frame.size) text += fmt::format("/0x{:x}", *frame.size);
  }
  if (!frame.module.empty()) text += fmt::format(" [{}]", frame.module);
  return text;
}

}  // namespace inquest::crashtext
