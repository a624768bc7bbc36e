package org.iommulab.app.window;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.iommulab.app.matrix.Sweeper;
import org.iommulab.explore.breaks.Subject;
import org.iommulab.explore.breaks.Sweep;
import org.iommulab.explore.breaks.SweepListener;
import org.iommulab.explore.breaks.SweepRequest;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.json.BadInput;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;

/** Sweeps with the stories that come with the lab, on all cores. They are read once. */
final class LibrarySweeper implements Sweeper {
    private List<ScenarioFile> stories = List.of();

    private synchronized List<ScenarioFile> stories() {
        if (stories.isEmpty()) {
            var read = new ArrayList<ScenarioFile>();
            for (var file :
                    ScenarioLibrary.usual().map(ScenarioLibrary::scenarios).orElse(List.of())) {
                try {
                    // As the window plays a story of several lanes.
                    read.add(ScenarioReader.open(file).lanes().getFirst());
                } catch (BadInput e) {
                    // Somebody is at work on that story; the window says what is wrong with it when it is opened.
                }
            }
            stories = List.copyOf(read);
        }
        return stories;
    }

    @Override
    public List<Subject> subjects() {
        return stories().stream()
                .flatMap(file -> Sweep.driversOf(file.board()).stream()
                        .map(driver -> new Subject(driver, file.board().architecture())))
                .distinct()
                .toList();
    }

    @Override
    public Job job(Level level, boolean failing, boolean awaited) {
        int cores = Runtime.getRuntime().availableProcessors();
        var sweep = new Sweep(new SweepRequest(
                Set.of(),
                Set.of(),
                List.of(level),
                stories(),
                failing,
                true,
                awaited ? cores : Math.max(1, cores - 1)));
        return new Job() {
            @Override
            public SweepTally run(SweepListener listener) {
                return sweep.run(listener);
            }

            @Override
            public void cancel() {
                sweep.cancel();
            }
        };
    }
}
