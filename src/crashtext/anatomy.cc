#include "crashtext/anatomy.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crashtext/function_name.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostFrames = 4096;
constexpr size_t kLongestLine = 8192;  // nothing of a trace is longer; a line of modules is

// Lines behind which frames tell of the past (KASAN, KMSAN, KFENCE, SLUB, lockdep).
bool begins_history(std::string_view line) {
  constexpr auto kHeads = std::to_array<std::string_view>({
      "Allocated by",
      "Freed by",
      "allocated by",
      "freed by",
      "Allocated in ",
      "Freed in ",
      "Last potentially related",
      "Second to last potentially",
      "Uninit was",
      "Local variable",
      "-> #",
      "The buggy address belongs",
      "page last allocated",
      "page last free",
      "Memory state around",
      "backtrace (crc",
      "value changed:",
  });
  return std::ranges::any_of(kHeads, [&](std::string_view head) { return line.starts_with(head); });
}

// Lines that end a trace for good: what follows is of another processor, or about something else.
bool ends_trace(std::string_view line) {
  constexpr auto kHeads = std::to_array<std::string_view>({
      "NMI backtrace for cpu",
      "Sending NMI",
      "---[ end",
      "Kernel panic",
      "Showing all locks",
      "Last Breaking-Event-Address",
      "Kernel Offset:",
      "read to 0x",
      "write to 0x",
      "read (marked) to",
      "write (marked) to",
      "read-write to 0x",
      "Kernel version:",
      "------------[ cut here",
  });
  return std::ranges::any_of(kHeads, [&](std::string_view head) { return line.starts_with(head); });
}

class Dissector {
 public:
  explicit Dissector(Anatomy& out) : out_(out) {}

  void read(std::string_view line, size_t index) {
    line = line.substr(0, kLongestLine);
    const std::string_view text = trim(line);
    if (auto parsed = parse_trace_line(line)) {
      (void)out_.registers.read(text);  // "Krnl PSW" is both
      take(*std::move(parsed), text, index);
      return;
    }
    if (begins_history(text)) {
      open(Trace::Kind::History, text);
      return;
    }
    if (ends_trace(text)) {
      open_ = false;
      context_ = TraceContext::Task;
    }
    if (read_code(text) || out_.modules.read(line)) return;
    if (out_.registers.read(text)) return;
    (void)out_.identity.read(text);
    if (!out_.oops) out_.oops = find_oops_code(text);
    if (!out_.fault_address) out_.fault_address = find_fault_address(text);
    if (!out_.exit_status) out_.exit_status = find_exit_status(text);
  }

  void finish() {
    out_.arch = out_.registers.arch();
    if (!out_.fault_address && out_.oops) out_.fault_address = fault_register();
    std::erase_if(out_.traces, [](const Trace& trace) { return trace.frames.empty(); });
    out_.guilty = choose_trace();
    out_.culprit = choose_culprit(out_.frames(), out_.position);
  }

 private:
  void open(Trace::Kind kind, std::string_view heading) {
    out_.traces.push_back({kind, std::string(heading.substr(0, 200)), {}, 0});
    open_ = true;
    context_ = TraceContext::Task;
  }

  void take(TraceLine parsed, std::string_view text, size_t index) {
    if (parsed.kind == TraceLine::Kind::Heading) {
      // slub_debug and KASAN name the history first and the trace under it.
      const bool history =
          open_ && out_.traces.back().kind == Trace::Kind::History && out_.traces.back().frames.empty();
      if (!history) open(Trace::Kind::Crash, text);
      return;
    }
    if (parsed.kind == TraceLine::Kind::Position) {
      const bool kernel = parsed.frame.context != TraceContext::User;
      if (kernel && !out_.position) out_.position = parsed.frame;
      return;
    }
    if (parsed.kind == TraceLine::Kind::Link) return;
    if (parsed.marker) context_ = parsed.marker->context;
    if (parsed.kind == TraceLine::Kind::Marker) return;
    if (frames_ >= kMostFrames) return;
    if (!open_) open(Trace::Kind::Crash, {});
    Trace& trace = out_.traces.back();
    if (trace.frames.empty()) {
      trace.line = index;
      // 32-bit ARM: the first callee has no line of its own.
      if (!parsed.frame.callee.empty()) {
        Frame first;
        first.function = parsed.frame.callee;
        trace.frames.push_back(std::move(first));
      }
    }
    parsed.frame.context = context_;
    trace.frames.push_back(std::move(parsed.frame));
    ++frames_;
  }

  bool read_code(std::string_view text) {
    const bool dump = text.starts_with("Instruction dump:") || text.starts_with("Instruction DUMP:");
    if (text.starts_with("Code:") || dump) {
      // Behind the first come those of user space.
      if (out_.code.empty()) {
        out_.code = text;
        code_lines_ = dump ? 2 : 0;  // ppc prints its words in lines of their own
      }
      return true;
    }
    if (code_lines_ == 0) return false;
    const auto more = parse_code(text);
    if (!more || more->unit != 4) {
      code_lines_ = 0;
      return false;
    }
    --code_lines_;
    out_.code += " ";
    out_.code += text;
    return true;
  }

  std::optional<uint64_t> fault_register() const {
    for (const std::string_view name : {"cr2", "badaddr", "badva", "dar"}) {
      if (const auto value = out_.registers.find(name)) {
        // CR2 keeps an old address after any fault but a page fault.
        if (name == "cr2" && out_.oops && out_.oops->code == 0 && *value > 0xffff) return std::nullopt;
        return value;
      }
    }
    return std::nullopt;
  }

  // The first trace of the crash itself that has a frame beyond the machinery; the report's own stands before those of
  // other tasks.
  std::optional<size_t> choose_trace() const {
    const auto telling = [](const Trace& trace) {
      return std::ranges::any_of(trace.frames, [](const Frame& frame) {
        return frame.reliable && !frame.function.empty() && !is_machinery(canonical_function(frame.function));
      });
    };
    std::optional<size_t> any;
    for (size_t i = 0; i < out_.traces.size(); ++i) {
      if (out_.traces[i].kind != Trace::Kind::Crash) continue;
      if (telling(out_.traces[i])) return i;
      if (!any) any = i;
    }
    if (!any && !out_.traces.empty()) any = 0;
    return any;
  }

  Anatomy& out_;
  bool open_ = false;
  int code_lines_ = 0;
  size_t frames_ = 0;
  TraceContext context_ = TraceContext::Task;
};

}  // namespace

std::optional<uint64_t> find_fault_address(std::string_view line) {
  constexpr auto kHeads = std::to_array<std::string_view>({
      "NULL pointer dereference, address: ",           // x86 since v5.1
      "NULL pointer dereference at virtual address ",  // arm, arm64
      "NULL pointer dereference at address ",
      "NULL pointer dereference at ",  // x86 to v5.0
      "page fault for address: ", "paging request at virtual address ", "paging request at address ",
      "paging request for data at address ",  // ppc
      "Kernel NULL pointer dereference on read at ", "Kernel NULL pointer dereference on write at ",
      "Unable to handle kernel data access on read at ", "Unable to handle kernel data access on write at ",
      "Kernel attempted to read user page (", "Kernel attempted to write user page (", "paging request at ",
      "access to user memory outside uaccess routines at virtual address ", "non-canonical address ",
      "Failing address: ",  // s390
  });
  for (const std::string_view head : kHeads) {
    const size_t at = line.find(head);
    if (at == std::string_view::npos) continue;
    Scan scan(line.substr(at + head.size()));
    if (Scan null = scan; null.blanks().take("(null)")) return 0;
    scan.take("0x");
    if (const auto value = scan.hex(); value && !Scan::letter(scan.peek())) return value;
  }
  // KASAN: "Read of size 8 at addr ffff8881f3d4a0c8 by task zpool/42".
  for (const std::string_view head : {std::string_view("Read of size "), std::string_view("Write of size ")}) {
    const size_t addr = line.find(" at addr ");
    if (!line.starts_with(head) || addr == std::string_view::npos) continue;
    Scan scan(line.substr(addr + std::string_view(" at addr ").size()));
    if (const auto value = scan.hex()) return value;
  }
  return std::nullopt;
}

Anatomy dissect(std::span<const std::string_view> lines) {
  Anatomy anatomy;
  Dissector dissector(anatomy);
  for (size_t i = 0; i < lines.size(); ++i) dissector.read(lines[i], i);
  dissector.finish();
  return anatomy;
}

}  // namespace inquest::crashtext
