// The words that stand for the model's enumerators in reports.
#include "model/crash.h"
#include "model/event.h"
#include "model/evidence.h"
#include "model/inquiry.h"
#include "model/landmark.h"
#include "model/stream.h"

namespace inquest::model {

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::Clean: return "clean";
    case Outcome::Partial: return "partial";
    case Outcome::Refused: return "refused";
    case Outcome::Unrecognised: return "unrecognised";
  }
  return "unrecognised";
}

std::string_view to_string(CrashSeverity severity) {
  switch (severity) {
    case CrashSeverity::Fatal: return "fatal";
    case CrashSeverity::Error: return "error";
    case CrashSeverity::Warning: return "warning";
  }
  return "error";
}

std::string_view to_string(ClockDomain clock) {
  switch (clock) {
    case ClockDomain::Utc: return "UTC";
    case ClockDomain::LocalWall: return "local wall time";
    case ClockDomain::Monotonic: return "monotonic";
    case ClockDomain::None: return "no clock";
  }
  return "no clock";
}

std::string_view to_string(Channel channel) {
  switch (channel) {
    case Channel::Disk: return "disk";
    case Channel::Memory: return "memory";
    case Channel::Console: return "console";
    case Channel::Network: return "network";
    case Channel::Person: return "person";
    case Channel::Management: return "management controller";
  }
  return "disk";
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::Emergency: return "emerg";
    case Severity::Alert: return "alert";
    case Severity::Critical: return "crit";
    case Severity::Error: return "err";
    case Severity::Warning: return "warning";
    case Severity::Notice: return "notice";
    case Severity::Info: return "info";
    case Severity::Debug: return "debug";
    case Severity::Unknown: return "";
  }
  return "";
}

std::string_view to_string(LandmarkKind kind) {
  switch (kind) {
    case LandmarkKind::KernelBanner: return "kernel-banner";
    case LandmarkKind::CommandLine: return "command-line";
    case LandmarkKind::ClockSet: return "clock-set";
    case LandmarkKind::JournalStart: return "journal-start";
    case LandmarkKind::JournalStop: return "journal-stop";
    case LandmarkKind::ShutdownBegin: return "shutdown-begin";
    case LandmarkKind::ShutdownEnd: return "shutdown-end";
    case LandmarkKind::Panic: return "panic";
    case LandmarkKind::PanicEnd: return "panic-end";
    case LandmarkKind::Oops: return "oops";
    case LandmarkKind::Warning: return "warning";
    case LandmarkKind::SoftLockup: return "soft-lockup";
    case LandmarkKind::HardLockup: return "hard-lockup";
    case LandmarkKind::RcuStall: return "rcu-stall";
    case LandmarkKind::HungTask: return "hung-task";
    case LandmarkKind::OutOfMemory: return "out-of-memory";
    case LandmarkKind::MachineCheck: return "machine-check";
    case LandmarkKind::Thermal: return "thermal";
    case LandmarkKind::WatchdogFired: return "watchdog-fired";
    case LandmarkKind::PstoreArmed: return "pstore-armed";
    case LandmarkKind::WatchdogDevice: return "watchdog-device";
    case LandmarkKind::WatchdogArmed: return "watchdog-armed";
    case LandmarkKind::NmiWatchdogOn: return "nmi-watchdog-on";
    case LandmarkKind::NmiWatchdogOff: return "nmi-watchdog-off";
    case LandmarkKind::TaskBegin: return "task-begin";
    case LandmarkKind::TaskEnd: return "task-end";
    case LandmarkKind::CpuErratum: return "cpu-erratum";
    case LandmarkKind::StorageError: return "storage-error";
    case LandmarkKind::DumpWritten: return "dump-written";
    case LandmarkKind::CrashKernel: return "crash-kernel";
    case LandmarkKind::NetconsoleUp: return "netconsole-up";
    case LandmarkKind::AerEnabled: return "aer-enabled";
    case LandmarkKind::KnetLinkDown: return "knet-link-down";
    case LandmarkKind::KnetNoLinks: return "knet-no-links";
    case LandmarkKind::KnetLinkUp: return "knet-link-up";
    case LandmarkKind::MembershipLost: return "membership-lost";
    case LandmarkKind::Fenced: return "fenced";
    case LandmarkKind::HardwareEvent: return "hardware-event";
    case LandmarkKind::Change: return "change";
    case LandmarkKind::LogInMemory: return "log-in-memory";
  }
  return "";
}

std::string_view to_string(BootEnd end) {
  switch (end) {
    case BootEnd::Unknown: return "unknown";
    case BootEnd::Running: return "running";
    case BootEnd::Orderly: return "orderly";
    case BootEnd::Panicked: return "panic";
    case BootEnd::Cut: return "cut";
  }
  return "unknown";
}

std::string_view to_string(Normality normality) {
  switch (normality) {
    case Normality::Normal: return "normal";
    case Normality::Anomalous: return "anomalous";
    case Normality::TooFewSamples: return "too-few-samples";
    case Normality::NoFigures: return "no-figures";
  }
  return "no-figures";
}

}  // namespace inquest::model
