// The code of an s390 report, which its kernel disassembles itself.
#pragma once

#include <optional>
#include <string_view>

#include "crashtext/reading.h"

namespace inquest::crashtext {

// In words. Takes the listing on lines of its own or on one, with its heading:
//
//     Krnl Code: 000003ff8086d030: c0e5ffffd7ec  brasl %r14,3ff80868008
//               #000003ff8086d036: a7f40001      brc   15,3ff8086d038
//               >000003ff8086d03a: a7290000      lghi  %r2,0
//
// Nothing where no such listing stands there. Source: show_code() of arch/s390/kernel/dis.c.
std::optional<Reading> read_krnl_code(std::string_view text);

}  // namespace inquest::crashtext
