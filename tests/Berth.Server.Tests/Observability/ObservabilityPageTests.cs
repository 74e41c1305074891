using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace Berth.Server.Tests.Observability;

/// <summary>docs/observability.md lists what there is, with its labels, and nothing else.</summary>
public sealed partial class ObservabilityPageTests : IAsyncLifetime
{
    private static readonly IReadOnlyDictionary<string, (string Type, string[] Labels)> Page = Read();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void Every_instrument_is_on_the_page_and_no_other()
    {
        var instruments = Instruments();
        Page.Keys.Order(StringComparer.Ordinal).ShouldBe(instruments.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, type) in instruments)
            Page[name].Type.ShouldBe(type, name);
    }

    [Fact]
    public async Task Every_label_that_is_served_is_on_the_page()
    {
        await _server.PublishAsync(Golden.Package("Echo"), Golden.Package("Guarded"));
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        await ana.InstallAsync("Guarded");
        foreach (var path in new[] { "Echo/version", "Echo/throw", "Guarded/denied" })
            (await ana.Client.GetAsync("/p/" + path)).Dispose();
        (await _server.Host().PostAsync("/api/v1/plugins/system/instances/Echo/1.0.0/unload", null)).Dispose();

        var metrics = PrometheusText.Read(await _server.Host().GetStringAsync("/metrics"));

        var served = metrics.Samples.Select(sample => (Name: Suffix().Replace(sample.Name, ""), sample.Labels)).Where(sample => Page.ContainsKey(sample.Name)).ToList();
        served.Select(sample => sample.Name).Distinct().Count().ShouldBeGreaterThan(12);
        foreach (var (name, labels) in served)
            labels.Select(label => label.Key).Where(label => label != "le").ShouldBe(Page[name].Labels, ignoreOrder: true, name);
    }

    private static IReadOnlyDictionary<string, (string Type, string[] Labels)> Read()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            folder = folder.Parent!;
        return Row().Matches(File.ReadAllText(Path.Combine(folder.FullName, "docs", "observability.md"))).ToDictionary(
            row => row.Groups["name"].Value,
            row => (row.Groups["type"].Value, row.Groups["label"].Captures.Select(label => label.Value).ToArray()));
    }

    private Dictionary<string, string> Instruments()
    {
        var factory = _server.Server.Services.GetRequiredService<IMeterFactory>();
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name.StartsWith("Berth.", StringComparison.Ordinal))
                found.Add(instrument.Name, TypeOf(instrument));
        };
        listener.Start();
        return found;
    }

    private static string TypeOf(Instrument instrument) => instrument.GetType().Name switch
    {
        var name when name.Contains("Counter", StringComparison.Ordinal) => "counter",
        var name when name.Contains("Histogram", StringComparison.Ordinal) => "histogram",
        _ => "gauge",
    };

    [GeneratedRegex("^\\| `(?<name>[a-z_]+)` \\| (?<type>counter|gauge|histogram) \\| (`(?<label>[a-z_]+)`(, )?)* ?\\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("(?<=_seconds)_(bucket|sum|count)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suffix();
}
