package org.iommulab.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.iommulab.bus.pci.AcsOverride;
import org.iommulab.capture.machine.AskedMachine;
import org.iommulab.capture.machine.DeviceAnswer;
import org.iommulab.capture.machine.MachineFile;
import org.iommulab.capture.machine.MachineText;
import org.iommulab.capture.machine.Viability;
import org.iommulab.capture.machine.WhatIf;
import org.iommulab.handover.HandOver;
import org.iommulab.handover.HandedRun;
import org.iommulab.json.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** machine: a captured machine, asked. */
@Command(
        name = "machine",
        mixinStandardHelpOptions = true,
        description =
                "Asks a captured machine: why are two devices in one group, who blocks a group, what would overriding"
                    + " ACS split and leave open, why has a device no group. And hands a device to user space, step by"
                    + " step.")
public final class MachineCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "FILE", description = "what 'capture' wrote, or a folder with a topology.json")
    private Path path = Path.of("");

    @Option(names = "--group", paramLabel = "N", description = "this group alone: its members, who blocks it")
    private Optional<Integer> group = Optional.empty();

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description =
                    "this device, and why it is with each of its group; of two devices, why they are together or not")
    private List<String> devices = new ArrayList<>();

    @Option(
            names = "--acs-override",
            paramLabel = "WORDS",
            description = "what if: downstream, multifunction, id:8086:10d3 or an address, with commas between")
    private Optional<String> override = Optional.empty();

    @Option(
            names = "--run",
            paramLabel = "DEVICE",
            description =
                    "hands this device to user space on the lab's core and takes it back; with --acs-override under it")
    private Optional<String> run = Optional.empty();

    @Option(names = "--events", description = "with --run: every event, one a line")
    private boolean events;

    @Mixin
    private Output output = new Output();

    public MachineCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try {
            return answer(MachineFile.read(path));
        } catch (IOException e) {
            throw new BadUsage(String.valueOf(e.getMessage()));
        }
    }

    private int answer(MachineFile file) throws IOException {
        AcsOverride acs = override.map(MachineCommand::parsed).orElse(AcsOverride.NONE);
        AskedMachine machine = AskedMachine.of(file);
        if (run.isPresent()) {
            String device = known(machine, run.get());
            return handOver(HandOver.play(file, device, acs));
        }
        if (events) {
            throw new BadUsage("--events goes with --run");
        }
        if (devices.size() > 2) {
            throw new BadUsage("--device: one, or two to ask why they are together; not " + devices.size());
        }
        if (override.isPresent()) {
            checkAddresses(machine, acs);
            WhatIf whatIf = machine.whatIf(acs);
            print(whatIf, MachineText.whatIf(whatIf));
        } else if (devices.size() == 2) {
            var why = machine.why(known(machine, devices.getFirst()), known(machine, devices.getLast()));
            print(why, MachineText.why(why));
        } else if (devices.size() == 1) {
            DeviceAnswer device =
                    machine.device(known(machine, devices.getFirst())).orElseThrow();
            print(device, MachineText.device(machine, device));
        } else if (group.isPresent()) {
            int number = group.get();
            Viability asked = machine.group(number).orElseThrow(() -> noGroup(machine, number));
            print(asked, MachineText.group(asked));
        } else {
            print(MachineReport.overview(machine), MachineText.overview(machine));
        }
        return ExitCode.AS_EXPECTED;
    }

    private static AcsOverride parsed(String words) {
        return AcsOverride.parse(words)
                .orElseThrow(() -> new BadUsage("--acs-override '" + words
                        + "': expected downstream, multifunction, id:8086:10d3 or an address as 0000:05:00.0, with"
                        + " commas between"));
    }

    private static void checkAddresses(AskedMachine machine, AcsOverride acs) {
        acs.devices().stream().filter(device -> device.indexOf('.') >= 0).forEach(device -> known(machine, device));
    }

    private static String known(AskedMachine machine, String device) {
        List<String> all = machine.devices();
        if (all.contains(device)) {
            return device;
        }
        // the domain may be left out, as lspci does
        if (all.contains("0000:" + device)) {
            return "0000:" + device;
        }
        throw new BadUsage(machine.file().file() + ": there is no device '" + device + "'" + Names.hint(device, all));
    }

    private static BadUsage noGroup(AskedMachine machine, int number) {
        String there = machine.groups().stream()
                .map(each -> Integer.toString(each.group()))
                .collect(Collectors.joining(", "));
        return new BadUsage(machine.file().file() + ": there is no group " + number
                + (there.isEmpty() ? "; the machine has no groups" : "; there are " + there));
    }

    private void print(Object record, List<String> lines) {
        if (output.isJson()) {
            Output.json(console.out(), record);
        } else {
            lines.forEach(console.out()::println);
        }
    }

    private int handOver(HandedRun handed) {
        var report = new MachineReport(handed);
        if (output.isJson()) {
            Output.json(console.out(), report.json(events));
        } else if (events) {
            report.events(console.out());
        } else {
            report.text(console.out());
        }
        return ExitCode.expected(handed.refusal().isEmpty());
    }
}
