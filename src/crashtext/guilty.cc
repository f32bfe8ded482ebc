#include "crashtext/guilty.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include <cxxabi.h>

#include "crashtext/contains.h"
#include "crashtext/rust_name.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

bool name_char(char c) { return Scan::digit(c) || Scan::letter(c) || c == '_'; }

bool symbol_char(char c) { return name_char(c) || c == '.'; }

// "[<ffffffff8105d660>] ": an address in brackets, and one blank.
bool take_address(Scan& scan) {
  Scan ahead = scan;
  if (!ahead.take('[')) return false;
  ahead.take('<');
  ahead.take("0x");
  if (ahead.take_while([](char c) { return Scan::digit(c) || (c >= 'a' && c <= 'f'); }).empty()) return false;
  ahead.take('>');
  if (!ahead.take(']') || !ahead.take(' ')) return false;
  scan = ahead;
  return true;
}

// "(mm/slub.c:123", which decode_stacktrace.sh writes in an offset's place.
bool source_follows(std::string_view text) {
  Scan scan(text);
  if (!scan.take(" (")) return false;
  const std::string_view file = scan.take_while([](char c) { return c != ':' && c != ' ' && c != '(' && c != ')'; });
  const bool source = file.ends_with(".c") || file.ends_with(".h") || file.ends_with(".S");
  return source && scan.take(':') && Scan::digit(scan.peek());
}

// A name that a "." or "+" ends: "func+0x1/0x2", "func.isra.0+0x1/0x2"; or a source's place: "func (mm/slub.c:123)".
std::string_view take_function(Scan& scan) {
  Scan ahead = scan;
  const std::string_view name = ahead.take_while(name_char);
  if (name.empty()) return {};
  if (ahead.peek() != '.' && ahead.peek() != '+' && !source_follows(ahead.rest())) return {};
  scan = ahead;
  return name;
}

// A fault that was injected on purpose prints a trace of its own into whatever report is being printed.
bool injected_fault(std::string_view line) {
  Scan scan(line);
  if (!scan.take(' ')) return false;
  take_address(scan);
  if (!scan.take("should_fail")) return false;
  scan.take("slab");
  if (scan.take('.')) scan.take_while(symbol_char);
  return scan.rest().starts_with("+0x");
}

// C++ has no place in the kernel, but modules out of its tree use it. Their names are said without parameters.
std::string readable(std::string_view function) {
  if (auto name = demangle_rust(function)) return std::move(*name);
  if (!function.starts_with("_Z")) return std::string(function);
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(std::string(function).c_str(), nullptr, nullptr, &status), std::free);
  if (status != 0 || name == nullptr) return std::string(function);
  const std::string_view whole(name.get());
  return std::string(whole.substr(0, whole.find('(')));
}

struct Stack {
  std::vector<std::string> frames;

  void add(const ReadyPattern& pattern, std::string_view function) {
    if (function.empty()) return;
    if (pattern.pattern->pick == Pick::First && !frames.empty()) return;  // nobody asks for the others
    std::string name = readable(function);
    if (PatternSet::get().skip().found_in(name) || pattern.skip.found_in(name)) return;
    frames.push_back(std::move(name));
  }
};

std::string without_prefix(std::string_view function) {
  std::string_view shortest = function;
  for (const std::string_view prefix : frame_rules().prefixes) {
    if (function.starts_with(prefix) && function.size() - prefix.size() < shortest.size()) {
      shortest = function.substr(prefix.size());
    }
  }
  return std::string(shortest);
}

// A loop is caught anywhere inside of itself: its caller just below the anchor is the same every time.
GuiltyFrame pick_stall(const std::vector<std::string>& raw, const std::vector<std::string>& names) {
  size_t previous = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    if (PatternSet::get().anchors().found_in(names[i])) {
      if (names[i].find("smp_call_function") != std::string::npos) return {"smp_call_function", raw[i]};
      return {names[previous], raw[previous]};
    }
    previous = i;
  }
  return {};
}

// Hangs show at their victims. Two causes make hangs everywhere and get one name each; else the first function that
// does more than wait is taken.
GuiltyFrame pick_hang(const std::vector<std::string>& raw, const std::vector<std::string>& names) {
  static constexpr std::array<std::string_view, 4> kRcu = {"synchronize_rcu", "synchronize_srcu", "synchronize_net",
                                                           "synchronize_sched"};
  const auto has = [](const std::string& name, std::string_view word) { return name.find(word) != std::string::npos; };
  for (size_t i = 0; i < names.size(); ++i) {
    if (has(names[i], "rtnl_lock")) return {names[i], raw[i]};
    for (const std::string_view word : kRcu) {
      if (has(names[i], word)) return {"synchronize_rcu", raw[i]};
    }
  }
  for (size_t i = 0; i < names.size(); ++i) {
    const auto waits = [&](std::string_view word) { return has(names[i], word); };
    if (std::ranges::none_of(frame_rules().waiting, waits)) return {names[i], raw[i]};
  }
  return {};
}

GuiltyFrame pick(Pick how, const std::vector<std::string>& raw) {
  if (raw.empty()) return {};
  std::vector<std::string> names;
  names.reserve(raw.size());
  for (const std::string& function : raw) names.push_back(without_prefix(function));
  switch (how) {
    case Pick::First: return {names.front(), raw.front()};
    case Pick::Stall: return pick_stall(raw, names);
    case Pick::Hang: return pick_hang(raw, names);
  }
  return {};
}

class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    if (ended_) return std::nullopt;
    const size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    if (end == std::string_view::npos)
      ended_ = true;
    else
      rest_.remove_prefix(end + 1);
    return line;
  }

 private:
  std::string_view rest_;
  bool ended_ = false;
};

// What the expression captured in the line becomes frames. False: it did not match.
bool add_captures(const ReadyPattern& pattern, const LazyRegex& regex, std::string_view line, Stack& trace) {
  constexpr int kMost = 8;
  std::array<re2::StringPiece, kMost> groups;
  const int count = std::min(kMost, 1 + regex.get().NumberOfCapturingGroups());
  const re2::StringPiece text(line.data(), line.size());
  if (!regex.get().Match(text, 0, text.size(), re2::RE2::UNANCHORED, groups.data(), count)) return false;
  for (int i = 1; i < count; ++i) {
    if (groups[static_cast<size_t>(i)].data() == nullptr) continue;
    trace.add(pattern, {groups[static_cast<size_t>(i)].data(), groups[static_cast<size_t>(i)].size()});
  }
  return true;
}

GuiltyFrames follow(const ReadyPattern& pattern, const std::deque<ReadyStep>& steps, std::string_view text) {
  GuiltyFrames out;
  Lines lines(text);
  Stack trace;
  int traces = 0;
  for (size_t i = 0;; ++i) {
    if (i == steps.size() || (steps[i].trace && traces > 0)) {
      GuiltyFrame frame = pick(pattern.pattern->pick, trace.frames);
      if (frame.function.empty()) {
        frame = {"corrupted", "corrupted"};
        out.complete = false;
      }
      out.frames.push_back(std::move(frame));
      trace.frames.clear();
    }
    if (i == steps.size()) return out;
    if (!steps[i].trace) {
      while (const auto line = lines.next()) {
        if (injected_fault(*line)) {
          out.complete = false;
          break;
        }
        if (add_captures(pattern, steps[i].regex, *line, trace)) break;
      }
      continue;
    }
    ++traces;
    while (const auto line = lines.next()) {
      if (injected_fault(*line)) {
        out.complete = false;
        break;
      }
      if (starts_trace(*line)) break;
      if (i + 1 < steps.size() && !steps[i + 1].trace && add_captures(pattern, steps[i + 1].regex, *line, trace)) {
        ++i;
        break;
      }
      std::string_view caller;
      const std::string_view function = frame_function(*line, &caller);
      trace.add(pattern, function);
      trace.add(pattern, caller);
    }
  }
}

// RISC-V dumps the stack of a kernel's fault right behind this line, with no heading.
bool riscv_registers_end(std::string_view line) {
  const size_t status = line.find("status: ");
  return line.find(" badaddr: ", status) != std::string_view::npos &&
         line.find(" cause: ", status) != std::string_view::npos;
}

}  // namespace

GuiltyFrames find_guilty(const ReadyPattern& pattern, std::string_view text) {
  GuiltyFrames out = follow(pattern, pattern.steps, text);
  if (out.complete || pattern.fallback.empty()) return out;
  return follow(pattern, pattern.fallback, text);
}

bool starts_trace(std::string_view line) {
  const auto has = [&](std::string_view words) { return contains(line, words); };
  if (has("Call Trace") || has("Call trace")) return true;
  if (line.find(':') == std::string_view::npos) return false;  // all others have one: most lines are frames
  // And all have one of these, which a dump of registers has not.
  if (line.find('t') == std::string_view::npos && line.find('r') == std::string_view::npos) return false;
  if (has("Allocated:") || has("Freed:") || has("Backtrace:")) return true;
  if (has("Uninit was stored to memory at")) return true;
  for (const std::string_view words : {"Allocated by task ", "Freed by task "}) {
    const size_t at = line.find(words);
    if (at == std::string_view::npos) continue;
    Scan scan(line.substr(at + words.size()));
    if (scan.decimal() && scan.take(':')) return true;
  }
  // kmemleak's, but not lockdep's "stack backtrace:".
  if (!has("trace")) return has("status: ") && riscv_registers_end(line);
  if (const size_t at = line.find(" backtrace"); at != std::string_view::npos && at > 0 && line[at - 1] != 'k') {
    const std::string_view behind = line.substr(at + 10);
    if (behind.starts_with(':') || (behind.starts_with(" (crc ") && behind.find("):") != std::string_view::npos)) {
      return true;
    }
  }
  return has("status: ") && riscv_registers_end(line);
}

std::string_view frame_function(std::string_view line, std::string_view* caller) {
  Scan scan(line);
  while (scan.take(' ')) {
  }
  Scan behind = scan;
  for (int i = 0; i < 2 && take_address(behind); ++i) {
  }
  if (const std::string_view name = take_function(behind); !name.empty()) return name;
  // ARM since v5.16: "show_stack from dump_stack_lvl+0x58/0x70".
  Scan plain = scan;
  const std::string_view first = plain.take_while(symbol_char);
  if (!first.empty() && plain.take(" from ")) {
    const std::string_view second = take_function(plain);
    if (second.empty()) return {};
    if (caller != nullptr) *caller = second;
    return first;
  }
  // ARM: "[<c0014558>] (show_stack) from [<c059798c>] (dump_stack+0x7c/0xc8)".
  if (!take_address(scan) || !scan.take('(')) return {};
  const std::string_view callee = scan.take_while(symbol_char);
  if (callee.empty() || !scan.take(") from ") || !take_address(scan) || !scan.take('(')) return {};
  const std::string_view name = take_function(scan);
  if (name.empty()) return {};
  if (caller != nullptr) *caller = name;
  return callee;
}

bool is_frame(std::string_view line) { return !frame_function(line).empty(); }

}  // namespace inquest::crashtext
