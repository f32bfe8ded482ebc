// A t-digest: quantiles of a stream of numbers in bounded memory (Dunning, Ertl: "Computing extremely accurate
// quantiles using t-digests"), merged with the arcsine scale as InfluxDB merges it, so that estimates are the same.
#pragma once

#include <limits>
#include <vector>

namespace inquest::query {

class TDigest {
 public:
  // More compression is more exact, and takes more memory. From 1 to 100,000; what lies outside is brought there.
  explicit TDigest(double compression = 1000);

  // NaN is not counted.
  void add(double value);
  // Of q from 0 to 1; NaN where nothing was added.
  double quantile(double q);

 private:
  struct Centroid {
    double mean;
    double weight;
  };
  void merge();

  double compression_;
  std::vector<Centroid> merged_;
  std::vector<Centroid> waiting_;
  double weight_ = 0;  // of merged_
  double min_ = std::numeric_limits<double>::max();
  double max_ = std::numeric_limits<double>::lowest();
};

}  // namespace inquest::query
