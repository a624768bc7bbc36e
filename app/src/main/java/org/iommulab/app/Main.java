package org.iommulab.app;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.iommulab.app.cli.BenchCommand;
import org.iommulab.app.cli.BisectCommand;
import org.iommulab.app.cli.CaptureCommand;
import org.iommulab.app.cli.CheckCommand;
import org.iommulab.app.cli.Cli;
import org.iommulab.app.cli.CompareCommand;
import org.iommulab.app.cli.ConformCommand;
import org.iommulab.app.cli.Console;
import org.iommulab.app.cli.DecodeCommand;
import org.iommulab.app.cli.ListCommand;
import org.iommulab.app.cli.MachineCommand;
import org.iommulab.app.cli.OpenCommand;
import org.iommulab.app.cli.PatchesCommand;
import org.iommulab.app.cli.RenderCommand;
import org.iommulab.app.cli.RunCommand;
import org.iommulab.app.cli.VectorsCommand;
import org.iommulab.app.cli.WalkCommand;
import org.iommulab.app.cli.WhatBreaksCommand;
import org.iommulab.app.cli.WindowOrStory;
import org.iommulab.scenario.Player;

/** Where the program starts. Not a JavaFX application class: on the class path the toolkit refuses to start from one. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        var console = new Console(
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        var start = new WindowOrStory(Player::play, console);
        int code = new Cli(start, commands(start, console), console).run(List.of(arguments));
        if (Boolean.getBoolean("iommulab.train")) {
            train();
        }
        System.exit(code);
    }

    /** What the start-up cache learns besides the window: every driver on every kernel. */
    private static void train() {
        var nowhere = new Console(new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()));
        OpenCommand.Start start = (_, _) -> 0;
        new Cli(start, commands(start, nowhere), nowhere).run(List.of("what-breaks", "--jobs", "2"));
    }

    /** The commands of this program, in the order of the help. */
    private static List<Object> commands(OpenCommand.Start start, Console console) {
        return List.of(
                new OpenCommand(start),
                new RunCommand(Player::play, console),
                new CheckCommand(console),
                new ListCommand(console),
                new VectorsCommand(console),
                new ConformCommand(console),
                new BisectCommand(Player::play, console),
                new CompareCommand(Player::play, console),
                new PatchesCommand(Player::play, console),
                new WhatBreaksCommand(console),
                new WalkCommand(console),
                new DecodeCommand(System.in, console),
                new CaptureCommand(console),
                new MachineCommand(console),
                new RenderCommand(Player::play, console),
                new BenchCommand(console));
    }
}
