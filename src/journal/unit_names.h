// Units as people name them.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "journal/journal_file.h"

namespace inquest::journal {

// The full name: "ssh" is ssh.service.
std::string full_unit_name(const std::string& name);

// The units that a name means in these files: itself, or, with *, ? or [ in it, all that match. Sorted.
std::vector<std::string> find_units(std::span<const std::unique_ptr<JournalFile>> files, const std::string& name);

}  // namespace inquest::journal
