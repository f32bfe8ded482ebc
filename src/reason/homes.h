// Whose evidence it is that names no host, where evidence of several hosts lies together.
#pragma once

#include <vector>

#include "model/case.h"
#include "model/inquiry.h"

namespace inquest::reason {

// Where the evidence names two hosts or more, gives each fact, observation, stream and series that names none the host
// that its place names: a folder or a file that is called after a known host ("pve2/cmdline", "lspci-pve2.txt"), what
// the same file says of itself (a `host` fact), or the only host that the folder's other files name. What no place
// tells stays unnamed. Returns what was assumed, one statement a host.
//
// A `host` fact keeps its meaning for files of one host: it names whom that file is about.
std::vector<model::Statement> find_homes(model::Case& the_case);

}  // namespace inquest::reason
