#include "crashtext/signature.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "crashtext/culprit.h"
#include "crashtext/function_name.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

// FNV-1a: short, and good enough to tell apart names.
uint32_t hash32(std::string_view text) {
  uint32_t hash = 2166136261U;
  for (const char c : text) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619U;
  return hash;
}

// crash-reporter/util.cc, HashString().
uint32_t chromeos_hash(std::string_view text) {
  uint32_t hash = 0;
  for (const char c : text) hash = hash * 16127U + static_cast<uint8_t>(c);
  return hash;
}

// Behind "<4>[  181.062621]": the rest of the line, and the time. crash-reporter allows anything between "<" and ">".
struct StampedLine {
  double time = 0;
  std::string_view rest;
};

std::optional<StampedLine> parse_stamped(std::string_view line) {
  if (!line.starts_with('<')) return std::nullopt;
  for (size_t at = line.rfind(">["); at != std::string_view::npos && at > 0; at = line.rfind(">[", at - 1)) {
    Scan scan(line.substr(at + 2));
    scan.blanks();
    const size_t before = scan.rest().size();
    const std::string_view number = scan.rest();
    if (!scan.decimal() || !scan.take('.') || !Scan::digit(scan.peek())) continue;
    (void)scan.take_while(Scan::digit);
    const std::string_view text = number.substr(0, before - scan.rest().size());
    if (!scan.take(']')) continue;
    return StampedLine{parse_double(text).value_or(0), scan.rest()};
  }
  return std::nullopt;
}

// IsBoringFunction() of kernel_util.cc: part of the signature's definition, and so not is_machinery().
constexpr auto kBoring = std::to_array<std::string_view>({
    "__flush_work",
    "__mutex_lock",
    "__mutex_lock_common",
    "__mutex_lock_slowpath",
    "__switch_to",
    "__schedule",
    "__wait_on_bit",
    "__wait_on_buffer",
    "bit_wait_io",
    "down_read",
    "down_write",
    "down_write_killable",
    "dump_backtrace",
    "dump_cpu_task",
    "dump_stack",
    "dump_stack_lvl",
    "flush_work",
    "io_schedule",
    "kthread_flush_work",
    "mutex_lock",
    "out_of_line_wait_on_bit",
    "panic",
    "rcu_dump_cpu_stacks",
    "rwsem_down_read_slowpath",
    "rwsem_down_write_slowpath",
    "sched_show_task",
    "schedule",
    "schedule_hrtimeout_range",
    "schedule_hrtimeout_range_clock",
    "schedule_preempt_disabled",
    "schedule_timeout",
    "schedule_timeout_uninterruptible",
    "show_stack",
    "usleep_range_state",
    "wait_for_completion",
});

bool boring(std::string_view function) { return std::ranges::find(kBoring, function) != kBoring.end(); }

// The function in the line of the program counter, as kPCFuncNameRegex takes it.
std::optional<std::string_view> counter_function(std::string_view rest, Arch arch) {
  Scan scan(rest);
  const auto name = [&](std::string_view stop) {
    const std::string_view found = scan.take_while([&](char c) { return !stop.contains(c); });
    return found.empty() ? std::nullopt : std::optional(found);
  };
  switch (arch) {
    case Arch::Arm:
    case Arch::Arm64:
      if (!scan.take(" PC is at ") && !scan.take(" pc : ")) return std::nullopt;
      return name("+[ ");
    case Arch::Mips:
      if (!scan.take(" epc")) return std::nullopt;
      if (!scan.blanks().take(':')) return std::nullopt;
      (void)scan.blanks().word();
      scan.blanks();
      return name("+ ");
    case Arch::I386:
      if (!scan.take(" EIP: [<") || !scan.until(']')) return std::nullopt;
      if (!scan.take(' ')) return std::nullopt;
      return name("+ ");
    case Arch::X86_64: {
      if (!scan.take(" RIP: ")) return std::nullopt;
      if (scan.take_while(Scan::hex_digit).size() != 4 || !scan.take(':')) return std::nullopt;
      if (Scan ahead = scan; ahead.take("[<")) {
        (void)ahead.until(']');
        if (ahead.take(" [<") && ahead.until(']') && ahead.take(' ')) scan = ahead;
      }
      const auto found = name("+ ");
      return found && scan.take("+0x") ? found : std::nullopt;
    }
    default: return std::nullopt;
  }
}

struct StackEntry {
  bool certain = true;
  std::string_view function;
};

// stack_entry_re of kernel_util.cc, which takes whatever stands behind two blanks: markers such as "<TASK>" too.
std::optional<StackEntry> parse_entry(std::string_view rest) {
  Scan scan(rest);
  const size_t blanks = scan.take_while(Scan::blank).size();
  if (blanks == 0) return std::nullopt;
  bool addressed = false;
  if (Scan ahead = scan; ahead.take("[<") && !ahead.take_while(Scan::hex_digit).empty() && ahead.take(">]")) {
    scan = ahead;
    addressed = true;
  }
  const std::string_view between = scan.take_while([](char c) { return Scan::blank(c) || c == '?' || c == '('; });
  if (between.empty() && (addressed || blanks < 2)) return std::nullopt;
  StackEntry entry;
  entry.certain = !between.contains('?');
  entry.function = scan.take_while([](char c) { return c != '+' && c != ' ' && c != ')'; });
  return entry.function.empty() ? std::nullopt : std::optional(entry);
}

bool is_call_trace(std::string_view rest) {
  const std::string low = lower(rest);
  return low == " call trace:" || low == " backtrace:";
}

bool is_hung_task(std::string_view rest) {
  return rest.starts_with(" INFO: task ") && rest.find(" blocked for more than") != std::string_view::npos;
}

}  // namespace

std::string make_signature(std::string_view kind, std::span<const Frame> frames, const std::optional<Frame>& position) {
  const Culprit culprit = choose_culprit(frames, position);
  std::string hashed = fmt::format("{}|{}", kind, culprit.function);
  int taken = culprit.function.empty() ? 0 : 1;
  std::string last = culprit.function;
  for (const Frame& frame : frames) {
    if (taken >= 3) break;
    const std::string name = canonical_function(frame.function);
    // A function split into parts, or inlined into one of its own name, is one.
    if (name.empty() || !frame.reliable || frame.inlined || name == last || name == culprit.function ||
        is_machinery(name))
      continue;
    hashed += "|" + name;
    last = name;
    ++taken;
  }
  return fmt::format("{}-{}-{:08X}", kind, culprit.function.empty() ? "unknown" : culprit.function, hash32(hashed));
}

std::string title_signature(std::string_view kind, std::string_view title) {
  return fmt::format("{}{}{:08X}", kind, kind.empty() ? "" : "-", hash32(fmt::format("{}|{}", kind, title)));
}

std::string chromeos_signature(std::string_view dump, Arch arch) {
  constexpr size_t kLongestName = 40;
  constexpr double kWindow = 0.2;  // seconds between the registers and the trace that belongs to them
  std::string certain;
  std::string all;
  std::string function;
  std::string_view tag;
  std::string counter;
  std::string panic;
  double counter_time = 0;
  double stack_time = 0;
  bool in_warning = false;
  bool wanted = false;
  bool found = false;
  bool stopped = false;

  for (const std::string_view line : lines(dump)) {
    const auto stamped = parse_stamped(line);
    if (!stamped) continue;
    const std::string_view rest = stamped->rest;
    if (rest.starts_with(" Kernel panic")) {
      if (const size_t colon = rest.find(':'); colon != std::string_view::npos) panic = trim(rest.substr(colon + 1));
    }
    if (stopped) continue;
    if (in_warning) {
      if (rest.starts_with(" ---[ end trace ")) in_warning = false;
      if (in_warning) continue;
    } else if (rest.starts_with(" WARNING: ")) {
      in_warning = true;
      continue;
    }
    // Behind the trace that is wanted come those of other processors.
    if (const auto name = counter_function(rest, arch); name && !found) {
      counter = boring(*name) ? "" : std::string(*name);
      counter_time = counter.empty() ? 0 : stamped->time;
    }
    if (rest.starts_with(" watchdog: Watchdog detected hard LOCKUP") ||
        rest.starts_with(" Watchdog detected hard LOCKUP")) {
      wanted = true;
      tag = "(HARDLOCKUP)-";
    } else if (rest.starts_with(" watchdog: BUG: soft lockup")) {
      wanted = true;
      tag = "(SOFTLOCKUP)-";
    } else if (is_hung_task(rest)) {
      wanted = true;
      tag = "(HANG)-";
    } else if (is_call_trace(rest)) {
      if (found) {
        stopped = true;
        continue;
      }
      certain.clear();
      all.clear();
      function.clear();
      found = wanted;
    } else if (const auto entry = parse_entry(rest)) {
      stack_time = stamped->time;
      all += fmt::format("{}{}", all.empty() ? "" : "|", entry->function);
      if (!entry->certain) continue;
      certain += fmt::format("{}{}", certain.empty() ? "" : "|", entry->function);
      if (function.empty() && !entry->function.starts_with('<') && !boring(entry->function)) function = entry->function;
    }
  }

  const uint32_t hash = chromeos_hash(certain.empty() ? all : certain);
  if (!counter.empty() && stack_time - counter_time < kWindow) {
    function = counter;
  } else if (tag.empty() && !panic.empty()) {
    function = panic;
  }
  if (function.empty() && hash == 0) return "kernel-UnspecifiedStackSignature";
  return fmt::format("kernel-{}{}-{:08X}", tag, function.substr(0, kLongestName), hash);
}

std::string abrt_signature(std::span<const Frame> frames) {
  std::string text;
  int taken = 0;
  for (const Frame& frame : frames) {
    if (taken >= 6) break;
    if (!frame.reliable || frame.inlined) continue;
    // Of "callee from caller" satyr takes the callee.
    const std::string& name = frame.callee.empty() ? frame.function : frame.callee;
    text += name.empty() ? fmt::format("0x{:x}\n", frame.address.value_or(0)) : name + "\n";
    ++taken;
  }
  if (text.empty()) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) return {};
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace inquest::crashtext
