// One line of a log, without what log programs put before the kernel's own words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inquest::crashtext {

struct Line {
  enum class Origin : uint8_t {
    Bare,     // nothing stood before the text
    Kernel,   // it was printed by the kernel: a stamp of its log, or a log program that names it
    Program,  // printed by another program
  };

  std::string_view text;    // what was printed: a view into the line or into the scratch
  std::string_view caller;  // of PRINTK_CALLER: "T12" (a task), "C0" (a CPU in an interrupt); empty: not said
  std::string_view host;    // of the log program; empty: not said
  Origin origin = Origin::Bare;
  bool dated = false;               // a date or time stood before it
  std::optional<double> monotonic;  // seconds since boot

  // Whose words these are: lines of one context follow each other as they were printed.
  bool same_context(const Line& other) const {
    return origin == other.origin && caller == other.caller && host == other.host;
  }
};

// Reads a line, without its "\n". Understood, also one behind the other, are RFC 3164 and 5424, journalctl's formats,
// dmesg with and without -T, -x (in any locale), "<6>", /dev/kmsg, pstore, PRINTK_CALLER, "(XEN)", "{1}[Hardware
// Error]", docker's JSON and Kubernetes' "stdout F", quoting ("> "), editors' line numbers, and HTML's "&lt;":
//
//     Nov 21 06:01:02 pve1 kernel: [  123.456789][ T1234] BUG: ...         6,1234,5678,-,caller=T12;BUG: ...
//     <4>[  123.456789] BUG: ...      [Sa Nov 21 06:01:02 2026] BUG: ...      12  [  123.456789] BUG: ...
//
// `scratch` holds the text where it had to be changed (escapes); both it and `raw` must outlive the result.
Line read_line(std::string_view raw, std::string& scratch);

// False only where read_line() would not say Origin::Kernel. Costs a fraction of reading the line.
bool may_be_kernels(std::string_view raw);

}  // namespace inquest::crashtext
