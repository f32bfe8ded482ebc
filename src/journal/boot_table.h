// Lists of boots, to be printed.
#pragma once

#include <span>
#include <string>

#include "base/zone.h"
#include "journal/boot_list.h"

namespace inquest::journal {

// `journalctl --list-boots`, with a column more: how each boot ended. A line that says so where there is none.
std::string boots_as_table(std::span<const Boot> boots, const Zone& zone);

// `journalctl --list-boots -o json`, with a member "ended" more in each object. Times in microseconds since 1970.
std::string boots_as_json(std::span<const Boot> boots);

}  // namespace inquest::journal
