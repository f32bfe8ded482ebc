// What stands before the message in a line of the kernel's log, in every form that kernels and dmesg print it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "model/event.h"

namespace inquest::decode {

// One line of a kernel log. Views into the line.
struct KernelLine {
  enum class Stamp : uint8_t {
    None,    // no time: "<6>usb 1-1: ...", or no prefix at all
    Uptime,  // time since the boot's start: "[    1.759158]", also of "6,339,1759158,-;"
    Wall,    // a local date with its year: "[Mon Feb  9 10:53:52 2026]", "2026-02-09T10:53:52,123456-08:00"
    Minute,  // a local date without year, to the minute: "[Feb 9 10:53]" of `dmesg -e`; its year is 2000
    Delta,   // time since the line before: "[  +0.000123]" of `dmesg -e`, "[<    0.000123>]" of `dmesg -d -t`
    Unread,  // a date in words that are not understood
  };

  Stamp stamp = Stamp::None;
  Precision precision = Precision::Micro;
  bool record = false;  // a record of /dev/kmsg
  Ns time = 0;
  std::optional<Ns> offset;  // Wall: local minus UTC, where the stamp says so
  model::Severity severity = model::Severity::Unknown;
  int facility = -1;        // 0 is the kernel's own; -1 where no priority is printed
  std::string_view caller;  // PRINTK_CALLER: "T12", "C0"; empty: not printed
  std::string_view message;

  bool prefixed() const { return stamp != Stamp::None || severity != model::Severity::Unknown; }
  bool banner() const { return message.starts_with("Linux version "); }  // init/version.c: what each boot says first
};

// Reads, in this order and each optional: a priority "<6>" or "kern  :info  : ", a stamp, a second stamp (of which the
// one since boot wins), and PRINTK_CALLER's "[   T12] ". Never fails: a line without any of it is all message. The
// forms are those of kernel/printk/printk.c (v6.12) and of dmesg (util-linux 2.38 to 2.41, print_record()).
KernelLine parse_kernel_line(std::string_view line);

// Who wrote a message: "kernel", or the program that put it into the log through /dev/kmsg: "systemd[1]: Reached target
// ..." is systemd's. Empty where the priority says that a program wrote it and the message does not name it.
struct KernelWriter {
  std::string_view ident;    // without its process id
  std::string_view message;  // what it said; the end of the line's message
};
KernelWriter writer_of(const KernelLine& line);

}  // namespace inquest::decode
