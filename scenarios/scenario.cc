#include "scenarios/scenario.h"

#include "scenarios/arrivals.h"
#include "scenarios/keys.h"

namespace scenarios {

Choice Scenario::DefaultArrivals() {
  Choice choice(FindArrivalKind("poisson")->spec);
  choice.Set("count", 1000);
  return choice;
}

Choice Scenario::DefaultKeys() { return Choice(FindKeyKind("sequential")->spec); }

}  // namespace scenarios
