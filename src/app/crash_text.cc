#include "app/crash_text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/address.h"
#include "crashtext/code.h"
#include "crashtext/pattern.h"

namespace inquest::app {
namespace {

using crashtext::Anatomy;
using crashtext::Frame;
using crashtext::Report;
using crashtext::Severity;

constexpr size_t kLabel = 11;  // columns of a label
constexpr size_t kIndent = 3;
constexpr size_t kMostFrames = 16;  // unless all are wanted

constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string_view meaning_of(std::string_view type) {
  const auto found = std::ranges::find(crashtext::types(), type, &crashtext::Type::name);
  return found == crashtext::types().end() ? std::string_view() : found->meaning;
}

class Block {
 public:
  explicit Block(const CrashTextOptions& options) : options_(options) {}

  std::string take() { return std::move(out_); }
  void line(std::string_view text) { out_ += fmt::format("{}\n", text); }
  // Text that is too wide goes on below itself.
  void row(std::string_view label, std::string_view text, std::string_view colour = {}) {
    if (text.empty()) return;
    const size_t left = kIndent + kLabel;
    const size_t room = options_.width > left + 20 ? options_.width - left : 20;
    std::string head = fmt::format("{:{}}{:{}}", "", kIndent, label, kLabel);
    std::string current;
    const auto flush = [&] {
      line(fmt::format("{}{}", head, paint(current, colour)));
      head.assign(left, ' ');
      current.clear();
    };
    for (const std::string_view word : split_blanks(text)) {
      if (!current.empty() && columns(current) + 1 + columns(word) > room) flush();
      if (!current.empty()) current += ' ';
      current += word;
    }
    flush();
  }
  std::string paint(std::string_view text, std::string_view colour) const {
    if (!options_.coloured || colour.empty()) return std::string(text);
    return fmt::format("{}{}{}", colour, text, kPlain);
  }

 private:
  const CrashTextOptions& options_;
  std::string out_;
};

std::string where(const Report& report, std::string_view path) {
  std::string out = fmt::format("{}:{}", printable(path), report.range.first_line);
  if (report.range.last_line > report.range.first_line) out += fmt::format("-{}", report.range.last_line);
  if (report.monotonic) out += fmt::format(", {:.6f} s after boot", *report.monotonic);
  if (report.repeats > 0) out += fmt::format(", and {} later", counted(report.repeats, "more time", "more times"));
  return out;
}

std::string who(const Report& report) {
  const crashtext::Identity& identity = report.anatomy.identity;
  std::vector<std::string> parts;
  if (!identity.kernel.empty()) parts.push_back(printable(identity.kernel));
  if (identity.cpu) parts.push_back(fmt::format("CPU {}", *identity.cpu));
  if (identity.pid) parts.push_back(fmt::format("PID {}", *identity.pid));
  if (!identity.comm.empty()) parts.push_back(printable(identity.comm));
  if (identity.taint) {
    parts.push_back(identity.taint->tainted() ? fmt::format("tainted {}", identity.taint->letters()) : "not tainted");
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string culprit(const crashtext::Culprit& suspect) {
  if (suspect.function.empty()) return {};
  std::string out = printable(suspect.function);
  if (!suspect.module.empty()) out += fmt::format(" [{}]", printable(suspect.module));
  if (!suspect.reason.empty()) out += fmt::format(": {}", printable(suspect.reason));
  return out;
}

std::string address(const Anatomy& anatomy) {
  if (!anatomy.fault_address) return {};
  return fmt::format("0x{:x}: {}", *anatomy.fault_address, read_address(*anatomy.fault_address, anatomy.arch).text);
}

std::string instruction(const Anatomy& anatomy) {
  const auto bytes = crashtext::parse_code(anatomy.code, anatomy.arch);
  if (!bytes) return {};
  const crashtext::Disassembly code = disassemble(*bytes, anatomy.registers);
  const auto fault = std::ranges::find(code.instructions, true, &crashtext::Instruction::faulting);
  if (fault == code.instructions.end()) return {};
  return code.trap.empty() ? fault->text : code.trap;
}

void trace(Block& block, const Report& report, const CrashTextOptions& options) {
  const auto frames = report.anatomy.frames();
  const auto shown = std::ranges::count_if(frames, [&](const Frame& frame) { return options.all || frame.reliable; });
  if (shown == 0) return;
  block.row("trace", "(most recent call first)", kDim);
  size_t count = 0;
  auto context = crashtext::TraceContext::Task;
  for (const Frame& frame : frames) {
    if (!options.all && !frame.reliable) continue;
    if (!options.all && count == kMostFrames) {
      block.line(fmt::format("{:{}}... {} (--all shows them)", "", kIndent + 2,
                             counted(static_cast<uint64_t>(shown) - count, "more frame")));
      break;
    }
    ++count;
    if (frame.context != context) {
      context = frame.context;
      block.line(block.paint(fmt::format("{:{}}-- {}", "", kIndent + 2, crashtext::to_string(context)), kDim));
    }
    std::string text = printable(crashtext::to_string(frame));
    if (!frame.reliable) text = "? " + text;
    if (!frame.file.empty()) text += fmt::format(" {}:{}", printable(frame.file), frame.line);
    block.line(fmt::format("{:{}}{}", "", kIndent + 2, text));
  }
}

}  // namespace

std::string crash_text(const Report& report, std::string_view path, size_t number, size_t before,
                       const CrashTextOptions& options) {
  Block block(options);
  const Severity severity = report.panicked ? Severity::Fatal : crashtext::severity_of_type(report.type);
  const std::string_view colour = severity == Severity::Fatal ? kRed : severity == Severity::Error ? kYellow : kPlain;
  block.line(fmt::format("{} {}", block.paint(fmt::format("#{}", number), kDim), block.paint(report.title, kBold)));
  const std::string_view meaning = meaning_of(report.type);
  block.row(crashtext::to_string(severity),
            report.type.empty() ? "of no known type" : fmt::format("{}: {}", report.type, meaning), colour);
  block.row("where", where(report, path));
  if (report.consequence_of) {
    block.row("follows", fmt::format("#{}, and may be its consequence", *report.consequence_of + before + 1));
  }
  if (report.previous_boot) block.row("boot", "tells of the boot before the one that printed it");
  block.row("on", who(report));
  block.row("hardware", printable(report.anatomy.identity.hardware));
  if (report.anatomy.position) block.row("at", printable(crashtext::to_string(*report.anatomy.position)));
  block.row("address", address(report.anatomy));
  block.row("code", instruction(report.anatomy));
  block.row("culprit", culprit(report.anatomy.culprit));
  if (report.panicked) block.row("then", "the kernel panicked");
  if (report.corrupted) block.row("caution", fmt::format("incomplete: {}", *report.corrupted), kYellow);
  block.row("signature", printable(report.signature));
  for (const auto& [name, text] : options.foreign.of(report)) block.row(name, printable(text));
  if (options.all) {
    std::string names;
    for (const crashtext::Module& module : report.anatomy.modules.modules()) {
      names += printable(module.name);
      if (!module.taint.empty()) names += fmt::format("({})", printable(module.taint));
      names += ' ';
    }
    block.row("modules", names);
  }
  trace(block, report, options);
  return block.take();
}

}  // namespace inquest::app
