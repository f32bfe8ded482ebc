#include "decode/crash_record.h"

#include <string>
#include <string_view>
#include <utility>

#include "crashtext/pattern.h"

namespace inquest::decode {
namespace {

constexpr size_t kMostFrames = 64;  // kept of a trace

model::CrashSeverity severity_of(const crashtext::Report& report) {
  if (report.panicked) return model::CrashSeverity::Fatal;
  switch (crashtext::severity_of_type(report.type)) {
    case crashtext::Severity::Fatal: return model::CrashSeverity::Fatal;
    case crashtext::Severity::Error: return model::CrashSeverity::Error;
    case crashtext::Severity::Warning: return model::CrashSeverity::Warning;
  }
  return model::CrashSeverity::Error;
}

}  // namespace

model::Crash crash_of(crashtext::Report&& report) {
  model::Crash crash;
  crash.severity = severity_of(report);
  crash.corrupted = std::move(report.corrupted).value_or(std::string());
  crash.panicked = report.panicked;
  crash.previous_boot = report.previous_boot;
  crash.repeats = report.repeats;
  crash.title = std::move(report.title);
  crash.type = std::move(report.type);
  crash.signature = std::move(report.signature);
  const crashtext::Anatomy& anatomy = report.anatomy;
  crash.kernel = anatomy.identity.kernel;
  crash.comm = anatomy.identity.comm;
  crash.hardware = anatomy.identity.hardware;
  if (anatomy.identity.cpu) crash.cpu = *anatomy.identity.cpu;
  if (anatomy.identity.pid) crash.pid = *anatomy.identity.pid;
  if (anatomy.identity.taint) crash.tainted = anatomy.identity.taint->letters();
  if (anatomy.position) crash.frames.push_back({anatomy.position->function, anatomy.position->module, true});
  for (const crashtext::Frame& frame : anatomy.frames()) {
    if (crash.frames.size() >= kMostFrames) break;
    if (!frame.function.empty()) crash.frames.push_back({frame.function, frame.module, frame.reliable});
  }
  crash.culprit_function = anatomy.culprit.function;
  crash.culprit_module = anatomy.culprit.module;
  crash.culprit_reason = anatomy.culprit.reason;
  // By syzkaller's rules a stall whose trace has no anchor is "in corrupted"; where the processor was is known all the
  // same, and says more to a reader.
  constexpr std::string_view kNowhere = " in corrupted";
  if (crash.title.ends_with(kNowhere) && !crash.culprit_function.empty()) {
    crash.title.replace(crash.title.size() - kNowhere.size(), kNowhere.size(), " in " + crash.culprit_function);
  }
  return crash;
}

}  // namespace inquest::decode
