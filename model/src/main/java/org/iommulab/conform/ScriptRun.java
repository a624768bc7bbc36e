package org.iommulab.conform;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.sim.Recording;

/** Runs a script on a machine, command by command, and keeps what each came back with. */
final class ScriptRun {
    private static final Pattern VARIABLE = Pattern.compile("%(\\w+)(\\.group)?%");

    private final CapturedMachine machine;
    private final Verbs verbs;
    private final Map<String, String> variables = new HashMap<>();
    private final List<Done> done = new ArrayList<>();
    private int afterBoot;
    private boolean died;
    private boolean rootPortRemoved;
    private int renumbered = Integer.MAX_VALUE;
    private String section = "";

    private ScriptRun(CapturedMachine machine) {
        this.machine = machine;
        this.verbs = new Verbs(machine);
    }

    /**
     * A command that has run.
     *
     * @param from number of the last event before it
     * @param to number of its last event
     */
    private record Done(int number, String section, String text, Answer answer, int from, int to) {}

    /**
     * What a run gives.
     *
     * @param ranges the part of the recording that belongs to each step
     * @param renumbered number of the first step in which a scan gave out bus numbers anew after a root port was gone
     * @param died whether the lab's kernel did not live to the end of the script
     */
    record Played(Recording recording, StepsFile.Steps steps, List<int[]> ranges, int renumbered, boolean died) {}

    /** Boots the machine and runs the script to its end, or to where the kernel dies. */
    static Played run(CapturedMachine machine, Script script) {
        var run = new ScriptRun(machine);
        try {
            machine.boot();
            run.afterBoot = machine.machine().steps();
            script.entries().forEach(run::entry);
        } catch (KernelDeath death) {
            machine.machine().unwind();
            run.died = true;
        }
        return run.played();
    }

    private Played played() {
        Recording recording = machine.machine().finish();
        var steps = new ArrayList<StepResult>();
        var ranges = new ArrayList<int[]>();
        for (Done command : done) {
            Optional<String> errno = Errno.of(command.answer().error())
                    .filter(_ -> command.answer().error() != 0)
                    .map(Enum::name);
            steps.add(new StepResult(
                    command.number(),
                    command.section(),
                    command.text(),
                    command.answer().error() != 0,
                    errno,
                    command.answer().output(),
                    TraceEvents.of(recording, command.from(), command.to())));
            ranges.add(new int[] {command.from(), command.to()});
        }
        return new Played(
                recording,
                new StepsFile.Steps(TraceEvents.of(recording, 0, afterBoot), steps),
                ranges,
                renumbered,
                died);
    }

    private void entry(Script.Entry entry) {
        switch (entry) {
            case Script.Variable v ->
                variables.put(v.name(), machine.address(v.ids(), v.index()).orElse("-"));
            case Script.Section s -> section = s.title();
            case Script.Command c -> command(c);
        }
    }

    private void command(Script.Command command) {
        String text = substituted(command.text());
        int from = machine.machine().steps();
        List<String> words = Arrays.asList(text.split("\\s+"));
        watchBuses(words, command.number());
        Answer answer = verbs.run(words);
        done.add(new Done(
                command.number(), section, text, answer, from, machine.machine().steps()));
    }

    private void watchBuses(List<String> words, int number) {
        rootPortRemoved |= words.getFirst().equals("remove") && machine.isRootPort(Verbs.word(words, 1));
        if (rootPortRemoved && machine.givesOutBusNumbers() && words.getFirst().equals("rescan")) {
            renumbered = Math.min(renumbered, number);
        }
    }

    private String substituted(String text) {
        return VARIABLE.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1), match.group(2) != null)));
    }

    private String value(String name, boolean group) {
        String address = variables.getOrDefault(name, "-");
        if (!group) {
            return address;
        }
        Optional<Device> device = machine.device(address);
        return device.flatMap(Group::of).map(g -> Integer.toString(g.number())).orElse("-");
    }
}
