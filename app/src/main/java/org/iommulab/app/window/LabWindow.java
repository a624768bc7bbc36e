package org.iommulab.app.window;

import java.io.File;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.value.ObservableBooleanValue;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Separator;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextArea;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Pane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.FileChooser;
import javafx.stage.Stage;
import org.iommulab.app.compare.LiveCompare;
import org.iommulab.app.decode.DecodePane;
import org.iommulab.app.graph.GraphView;
import org.iommulab.app.inspector.InspectorPane;
import org.iommulab.app.machine.AnswerPane;
import org.iommulab.app.machine.MachineDesk;
import org.iommulab.app.machine.MachinePane;
import org.iommulab.app.ops.OpsPane;
import org.iommulab.app.pane.CanvasPane;
import org.iommulab.app.pane.TextTwin;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.RunSource;
import org.iommulab.app.playback.Story;
import org.iommulab.app.playback.WindowFrames;
import org.iommulab.app.rules.RulesPane;
import org.iommulab.app.story.PatchPlayer;
import org.iommulab.app.story.StoryPane;
import org.iommulab.app.why.WhyPane;
import org.iommulab.capture.machine.MachineText;
import org.iommulab.capture.machine.OfMachine;
import org.iommulab.kernel.KernelBuild;

/** The window's content: puts bar, columns, views and status together. */
final class LabWindow {
    private final LivePlayback playback;
    private final Look look;
    private final Pane layer = new OverLayer();
    private final Region graph;
    private final DetailsPane details;
    private final FindField find;
    private final Scene scene;
    private final StatusLine status;
    private final MatrixPage matrix;
    private final ComparePage compare;
    private final BisectWalk bisect;
    private final PatchRuns patches;

    LabWindow(LivePlayback playback, RunSource source, Views views, Look look, double width, double height) {
        this.playback = playback;
        this.look = look;
        bisect = new BisectWalk(playback);
        patches = new PatchRuns(source);
        compare = new ComparePage(layer, source, new LiveCompare(new WindowFrames()), look);
        Actions actions = LabActions.of(playback, look, new WindowDesk());
        table = actions;
        find = new FindField(new Finder(actions, playback, source.stories()), layer);
        graph = new StackPane(
                view(views.graph(), "graph"),
                new ProblemNote(playback, playback.problemProperty()),
                new LoadingNote(playback.loadedProperty(), actions.get("enough")));
        Map<Detail, Region> choices = new EnumMap<>(Detail.class);
        choices.put(Detail.WALK, view(views.walk(), "walk"));
        choices.put(Detail.LOG, view(views.log(), "log"));
        choices.put(Detail.REGISTERS, view(views.registers(), "registers"));
        choices.put(Detail.SOURCE, view(views.source(), "source"));
        details = new DetailsPane(playback, choices);
        status = new StatusLine(
                playback, playback.problemProperty(), playback.runningProperty(), playback.loadedProperty());

        var frame = new BorderPane();
        frame.setMinSize(0, 0);
        frame.setTop(new Toolbar(playback, source, actions, find));
        MachineDesk machine = MachineActions.desk(actions);
        frame.setCenter(Columns.of(
                playback,
                look,
                either(
                        new MachinePane(playback, machine),
                        new StoryPane(
                                playback,
                                playback.kernelProperty(),
                                playback.firstBadProperty(),
                                views.words(),
                                () -> actions.get("bisect").perform(),
                                () -> actions.get("patches").perform())),
                middle(view(views.timeline(), "timeline")),
                right(new AnswerPane(playback, machine))));
        frame.setBottom(new VBox(new WhyPane(playback), status));
        var root = new StackPane(frame, layer);
        root.getStyleClass().add("lab");
        root.setFocusTraversable(true);
        scene = new Scene(root, width, height);
        look.dress(scene);
        matrix = new MatrixPage(root, frame, layer, playback, compare, look, views.sweeper());
        Keys.listen(scene, actions, matrix::isOnTop);
        scene.addPostLayoutPulseListener(() -> status.frame(System.nanoTime()));
        // A story that is told in lanes is shown in lanes.
        playback.storyProperty()
                .subscribe(story -> story.ifPresent(open ->
                        compare.openLanes(open, playback.kernelProperty().get())));
    }

    /** The page on which runs stand side by side. */
    ComparePage compare() {
        return compare;
    }

    /** Ends what works for the window beside the playback. */
    void close() {
        compare.compare().close();
        matrix.close();
    }

    private final Actions table;

    Scene scene() {
        return scene;
    }

    Actions actions() {
        return table;
    }

    /** One in the other's place: of a captured machine, or of everything else. */
    private Region either(Region machine, Region other) {
        var both = new StackPane(other, machine);
        both.setMinSize(0, 0);
        playback.storyProperty().subscribe(story -> {
            boolean still = story.filter(Story::still).isPresent();
            show(machine, still);
            show(other, !still);
        });
        return both;
    }

    private static void show(Node node, boolean visible) {
        node.setVisible(visible);
        node.setManaged(visible);
    }

    private Region view(Views.Maker maker, String id) {
        Region view = maker.apply(playback, look.themeProperty());
        view.setId(id);
        view.setMinSize(0, 0);
        if (view instanceof CanvasPane canvas) {
            canvas.scaleProperty().bind(look.scaleProperty());
        } else if (view instanceof GraphView picture) {
            picture.scaleProperty().bind(look.scaleProperty());
        }
        var inset = new StackPane(view);
        inset.getStyleClass().add("inset-" + id);
        inset.setMinSize(0, 0);
        return inset;
    }

    private SplitPane middle(Region timeline) {
        var below = new SplitPane(framed("Timeline", timeline), details);
        below.setDividerPositions(0.6);
        below.setMinHeight(140);
        details.setMinWidth(180);
        graph.setMinHeight(160);
        var split = new SplitPane(graph, below);
        split.setOrientation(Orientation.VERTICAL);
        // A captured topology is a graph and nothing else: nothing happens in it.
        playback.storyProperty().subscribe(story -> {
            boolean still = story.filter(Story::still).isPresent();
            if (still) {
                split.getItems().remove(below);
            } else if (!split.getItems().contains(below)) {
                split.getItems().add(below);
                split.setDividerPositions(look.projectorProperty().get() ? 0.64 : 0.565);
            }
        });
        look.projectorProperty().subscribe(hall -> split.setDividerPositions(hall ? 0.64 : 0.565));
        split.getStyleClass().add("middle");
        return split;
    }

    private static Region framed(String title, Region content) {
        var heading = new Label(title);
        heading.getStyleClass().addAll("heading", "frame-heading");
        var frame = new BorderPane(content, heading, null, null, null);
        frame.getStyleClass().add("frame");
        frame.setMinWidth(160);
        return frame;
    }

    private Region right(Region answer) {
        var heading = new Label("Rules watched");
        heading.getStyleClass().add("heading");
        var ops = new OpsPane(playback, playback.kernelProperty());
        var column = new VBox(new InspectorPane(playback), new Separator(), either(answer, ops));
        column.getStyleClass().add("column-content");
        var scroll = new ScrollPane(column);
        scroll.setFitToWidth(true);
        scroll.setHbarPolicy(ScrollPane.ScrollBarPolicy.NEVER);
        scroll.getStyleClass().add("column");
        // The rules stay in sight, however long the rest is.
        var rules = new VBox(heading, new RulesPane(playback));
        rules.getStyleClass().addAll("column-content", "rules-frame");
        var frame = new BorderPane(scroll);
        frame.setBottom(rules);
        frame.getStyleClass().add("right");
        playback.storyProperty()
                .subscribe(story -> show(rules, story.filter(Story::played).isPresent()));
        return frame;
    }

    /** Lies over everything, lets the mouse through where nothing is laid on it. */
    private static final class OverLayer extends Pane {
        OverLayer() {
            setPickOnBounds(false);
            setMinSize(0, 0);
        }

        @Override
        protected void layoutChildren() {
            for (Node child : getManagedChildren()) {
                child.resizeRelocate(0, 0, getWidth(), getHeight());
            }
        }
    }

    // ---- what only the window can do

    private final class WindowDesk implements LabActions.Desk {
        @Override
        public void openFile() {
            var chooser = new FileChooser();
            chooser.setTitle("Open a scenario, a captured topology or a trace");
            chooser.getExtensionFilters()
                    .addAll(
                            new FileChooser.ExtensionFilter(
                                    "Scenarios, topologies and traces", "*.json", "*.txt", "*.trace"),
                            new FileChooser.ExtensionFilter("All files", "*"));
            Optional.ofNullable(chooser.showOpenDialog(scene.getWindow())).ifPresent(LabWindow.this::open);
        }

        @Override
        public void find() {
            find.open();
        }

        @Override
        public void help() {
            Sheet.show(layer, "All keys", HelpSheet.of(table), 1080);
        }

        @Override
        public void text() {
            playback.nowProperty().get().ifPresent(now -> {
                var area = new TextArea(twin(now));
                area.setEditable(false);
                area.setWrapText(true);
                area.setPrefRowCount(28);
                area.getStyleClass().add("mono");
                area.setId("text-twin");
                Sheet.show(layer, "Step " + now.step() + " as text", area, 820);
            });
        }

        /** Of the view that has the focus, else of the whole machine. */
        private String twin(Now now) {
            for (Node node = scene.getFocusOwner(); node != null; node = node.getParent()) {
                if (node instanceof TextTwin view) {
                    return String.join("\n", view.textTwin());
                }
            }
            String machine = now.run() instanceof OfMachine shown
                    ? String.join("\n", MachineText.overview(shown.machine())) + "\n\n"
                            + shown.whatIf()
                                    .map(whatIf -> String.join("\n", MachineText.whatIf(whatIf)) + "\n\n")
                                    .orElse("")
                    : "";
            return machine + MomentText.of(now.moment());
        }

        @Override
        public void decode() {
            Sheet.show(layer, "Decode log lines", new DecodePane(playback, () -> Sheet.close(layer)), 1180);
        }

        @Override
        public void whatBreaks() {
            matrix.show();
        }

        @Override
        public void compareWith() {
            KernelBuild present = playback.kernelProperty().get();
            playback.storyProperty()
                    .get()
                    .filter(story -> !story.captured())
                    .ifPresent(story -> Sheet.show(
                            layer,
                            "Compare with another kernel",
                            new KernelChooser(present, other -> compare.open(story, List.of(present, other))),
                            640));
        }

        @Override
        public void bisect() {
            bisect.start();
        }

        @Override
        public void patches() {
            playback.storyProperty().get().filter(story -> !story.captured()).ifPresent(story -> {
                var player = new PatchPlayer(playback, playback.kernelProperty(), () -> Sheet.close(layer));
                Sheet.show(layer, "What each patch changes", player, 980);
                patches.fill(player, story);
            });
        }

        @Override
        public void lanes() {
            playback.storyProperty()
                    .get()
                    .ifPresent(story ->
                            compare.showLanes(story, playback.kernelProperty().get()));
        }

        @Override
        public void nextDifference() {
            compare.compare().nextDifference();
        }

        @Override
        public void previousDifference() {
            compare.compare().previousDifference();
        }

        @Override
        public void firstDivergence() {
            compare.compare().firstDivergence();
        }

        @Override
        public ObservableBooleanValue nothingCompared() {
            return compare.closedProperty();
        }

        @Override
        public void fit() {
            graphView().ifPresent(GraphView::fit);
        }

        @Override
        public void zoom(double factor) {
            graphView().ifPresent(view -> view.zoom(factor));
        }

        private Optional<GraphView> graphView() {
            return graph.getChildrenUnmodifiable().stream()
                    .filter(GraphView.class::isInstance)
                    .map(GraphView.class::cast)
                    .findFirst();
        }

        @Override
        public void detail(Detail detail) {
            details.choose(detail);
        }

        @Override
        public void close() {
            ((Stage) scene.getWindow()).close();
        }
    }

    private void open(File file) {
        playback.begin(ScenarioRuns.story(file.toPath()));
    }
}
