// The least value of a function of several numbers, searched without its slope (Nelder and Mead's simplex).
#pragma once

#include <functional>
#include <vector>

namespace inquest::query {

struct Minimum {
  std::vector<double> at;
  double value = 0;
};

// Searches from `start`, with the simplex's parameters chosen by its dimension (Gao and Han, "Implementing the
// Nelder-Mead simplex algorithm with adaptive parameters", 2012) and a first simplex of edge 0.05. Ends when `patience`
// steps in a row brought no decrease by more than `least_gain`. `start` must not be empty.
Minimum minimize(const std::function<double(const std::vector<double>&)>& function, std::vector<double> start,
                 double least_gain, size_t patience);

// The simplex as InfluxDB 1 searches with it: its classic parameters, a first simplex of edge 1, at most 1,000 steps,
// and an end where the values at its corners deviate by less than `close`. The function may move the point that it is
// asked of.
Minimum minimize_classic(const std::function<double(std::vector<double>&)>& function, std::vector<double> start,
                         double close);

}  // namespace inquest::query
