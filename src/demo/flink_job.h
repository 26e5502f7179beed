#pragma once

#include "demo/day.h"

namespace tidings::demo {

/// The points that a Flink job reports through the day, as the OTLP receiver stores them: it is
/// deployed, checkpoints every ten seconds, and is down for two minutes when a Kafka broker is.
void AddFlinkJob(Day& day);

}  // namespace tidings::demo
