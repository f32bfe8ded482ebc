// Journal files in folders.
#pragma once

#include <string>
#include <vector>

namespace inquest::journal {

// A file is given back as it is; in a folder, files called *.journal and *.journal~ (which journald gives to a file
// that it found damaged) are looked for, also in folders in it: one for each machine id and namespace, as in
// /var/log/journal. Sorted; symbolic links to folders are not followed. What cannot be read is left out.
std::vector<std::string> find_journals(const std::string& path);

}  // namespace inquest::journal
