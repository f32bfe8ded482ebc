// What makes a run fail more often, where no rule holds without exceptions.
#pragma once

#include <vector>

#include "experiment/cell.h"
#include "experiment/condition.h"
#include "experiment/design.h"

namespace inquest::experiment {

// The conjunctions of up to four levels that part runs into a high and a low rate of failing best: one after the other,
// at most six, each paid for by what it gains in likelihood over ln(number of levels) for each of its literals. None
// where nothing is gained. All single levels and pairs are looked at, so that two factors which matter only together
// are found; beyond that the search is greedy.
std::vector<Condition> find_rates(const Design& design, const std::vector<Cell>& cells);

// What the runs cost in nats when told by these conditions: -ln likelihood of a rate each plus one for the rest, plus
// ln(number of levels) for each literal.
double cost_of(const Design& design, const std::vector<Cell>& cells, const std::vector<Condition>& conditions);

}  // namespace inquest::experiment
