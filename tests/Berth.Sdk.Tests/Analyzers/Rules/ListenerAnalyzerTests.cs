using Berth.Sdk.Analyzers.Rules;
using Berth.Sdk.Tests.Beds;

namespace Berth.Sdk.Tests.Analyzers.Rules;

public sealed class ListenerAnalyzerTests
{
    [Theory]
    [InlineData("""public static void Start(CancellationToken unloading) { var listener = [|new System.Diagnostics.Metrics.MeterListener()|]; listener.InstrumentPublished = (instrument, me) => me.EnableMeasurementEvents(instrument); listener.SetMeasurementEventCallback<long>((_, _, _, _) => { }); listener.Start(); }""")]
    [InlineData("""public static void Start(CancellationToken unloading) { System.Diagnostics.ActivitySource.AddActivityListener([|new System.Diagnostics.ActivityListener { ShouldListenTo = _ => true }|]); }""")]
    [InlineData("""private sealed class Ear : System.Diagnostics.Tracing.EventListener; private static Ear? _ear; public static void Start(CancellationToken unloading) { _ear = [|new Ear()|]; }""")]
    [InlineData("""private sealed class Ear : IObserver<System.Diagnostics.DiagnosticListener> { public void OnCompleted() { } public void OnError(Exception error) { } public void OnNext(System.Diagnostics.DiagnosticListener value) { } } public static void Start(CancellationToken unloading) { [|System.Diagnostics.DiagnosticListener.AllListeners.Subscribe(new Ear())|]; }""")]
    [InlineData("""private static System.Diagnostics.Metrics.Meter? _meter; public static void Start(CancellationToken unloading) { _meter = [|new System.Diagnostics.Metrics.Meter("mine")|]; _meter.CreateObservableGauge("size", () => 1); }""")]
    public Task A_listener_that_stays_is_told(string members) => Judged<ListenerAnalyzer>.StaysAndIsToldAsync(members);

    [Theory]
    [InlineData("""private static readonly System.Diagnostics.Metrics.MeterListener Listener = new(); public static void Start(CancellationToken unloading) { Listener.InstrumentPublished = (instrument, me) => me.EnableMeasurementEvents(instrument); Listener.SetMeasurementEventCallback<long>((_, _, _, _) => { }); Listener.Start(); } public static void Stop() => Listener.Dispose();""")]
    [InlineData("""private static readonly System.Diagnostics.ActivityListener Listener = new() { ShouldListenTo = _ => true }; public static void Start(CancellationToken unloading) { System.Diagnostics.ActivitySource.AddActivityListener(Listener); } public static void Stop() => Listener.Dispose();""")]
    [InlineData("""private sealed class Ear : System.Diagnostics.Tracing.EventListener; private static Ear? _ear; public static void Start(CancellationToken unloading) { _ear = new Ear(); } public static void Stop() => _ear?.Dispose();""")]
    [InlineData("""private static System.Diagnostics.Metrics.Meter? _meter; public static void Start(CancellationToken unloading) { _meter = new System.Diagnostics.Metrics.Meter("mine"); _meter.CreateObservableGauge("size", () => 1); } public static void Stop() => _meter!.Dispose();""")]
    [InlineData("""private static readonly System.Diagnostics.ActivitySource Source = new("mine"); public static void Start(CancellationToken unloading) { Source.StartActivity("work")?.Dispose(); }""")]
    public Task A_listener_that_is_disposed_is_not(string members) => Judged<ListenerAnalyzer>.GoesAndIsNotToldAsync(members);

    [Theory]
    [InlineData("""public static System.Diagnostics.Metrics.Meter Make(System.Diagnostics.Metrics.IMeterFactory meters) => meters.Create(new System.Diagnostics.Metrics.MeterOptions("mine"));""")]
    public Task A_meter_of_the_containers_factory_is_not(string members) => Judged<ListenerAnalyzer>.IsNotToldAsync(members);
}
