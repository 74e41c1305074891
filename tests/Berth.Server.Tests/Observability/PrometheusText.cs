using System.Globalization;
using System.Text.RegularExpressions;

namespace Berth.Server.Tests.Observability;

/// <summary>
/// Reads Prometheus' text format 0.0.4 and accepts nothing that its specification does not
/// (https://prometheus.io/docs/instrumenting/exposition_formats/), nor what its collectors only warn of.
/// </summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _helps = new(StringComparer.Ordinal);
    private readonly List<Sample> _samples = [];

    public IDictionary<string, string> Types => _types;

    public IReadOnlyList<Sample> Samples => _samples;

    public static PrometheusText Read(string text)
    {
        text.ShouldEndWith("\n", Case.Sensitive, "the last line must end with a line feed");
        text.ShouldNotContain("\r");
        var read = new PrometheusText();
        var families = new List<string>();
        foreach (var line in text.Split('\n').Where(line => line.Length > 0))
        {
            var family = line.StartsWith('#') ? read.Comment(line) : read.Add(line);
            if (families.LastOrDefault() != family)
            {
                families.ShouldNotContain(family, $"the lines of {family} do not stand together");
                families.Add(family);
            }
        }

        read.CheckFamilies();
        return read;
    }

    /// <summary>The value of a series, and the labels exactly as they are; 0 when there is none.</summary>
    public double this[string series] => _samples.SingleOrDefault(sample => sample.ToString() == series)?.Value ?? 0;

    public IEnumerable<Sample> Of(string name) => _samples.Where(sample => sample.Name == name);

    private string Comment(string line)
    {
        var match = CommentForm().Match(line);
        match.Success.ShouldBeTrue($"no comment of the format: {line}");
        var (kind, name, rest) = (match.Groups["kind"].Value, match.Groups["name"].Value, match.Groups["rest"].Value);
        _samples.ShouldNotContain(sample => Family(sample.Name) == name, $"{kind} of {name} comes after its samples");
        (kind == "TYPE" ? _types : _helps).TryAdd(name, rest).ShouldBeTrue($"a second {kind} of {name}");
        if (kind == "TYPE")
            rest.ShouldBeOneOf("counter", "gauge", "histogram", "summary", "untyped");
        return name;
    }

    private string Add(string line)
    {
        var match = SampleForm().Match(line);
        match.Success.ShouldBeTrue($"no sample of the format: {line}");
        var labels = match.Groups["label"].Captures.Select((label, i) => KeyValuePair.Create(label.Value, match.Groups["value"].Captures[i].Value)).ToList();
        labels.Select(label => label.Key).ShouldBeUnique();
        var number = match.Groups["number"].Value;
        var value = number switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, "NaN" => double.NaN, _ => double.Parse(number, CultureInfo.InvariantCulture) };
        var sample = new Sample(match.Groups["name"].Value, labels, value);
        _samples.ShouldNotContain(other => other.ToString() == sample.ToString(), $"a second value of {sample}");
        _samples.Add(sample);
        return Family(sample.Name);
    }

    // The name under which the type stands: a histogram's samples have suffixes.
    private string Family(string name)
    {
        if (_types.ContainsKey(name))
            return name;
        var parent = HistogramSuffix().Replace(name, "");
        return _types.GetValueOrDefault(parent) == "histogram" ? parent : name;
    }

    private void CheckFamilies()
    {
        foreach (var sample in _samples)
            _types.ShouldContainKey(Family(sample.Name), $"{sample} has no type");
        foreach (var (name, type) in _types)
        {
            _helps.ShouldContainKey(name, $"{name} has no help");
            name.ShouldNotMatch("(_total_total|_seconds_seconds|_bytes_bytes|_seconds_total_seconds)");
            if (type == "counter")
            {
                name.ShouldEndWith("_total");
                Of(name).ShouldAllBe(sample => sample.Value >= 0);
            }

            if (type == "histogram")
                CheckHistogram(name);
        }
    }

    private void CheckHistogram(string name)
    {
        foreach (var series in Of(name + "_bucket").GroupBy(bucket => bucket.Without("le")))
        {
            var bounds = series.Select(bucket => bucket["le"]).ToList();
            bounds[^1].ShouldBe("+Inf");
            bounds.SkipLast(1).Select(bound => double.Parse(bound!, CultureInfo.InvariantCulture)).ShouldBeInOrder();
            series.Select(bucket => bucket.Value).ShouldBeInOrder();
            Of(name + "_count").Single(count => count.Without("le") == series.Key).Value.ShouldBe(series.Last().Value);
            Of(name + "_sum").ShouldContain(sum => sum.Without("le") == series.Key);
        }
    }

    [GeneratedRegex("^# (?<kind>TYPE|HELP) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>([^\\\\]|\\\\\\\\|\\\\n)*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CommentForm();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\["\\n])*)",?)*\})? (?<number>[-+]?[0-9.]+([eE][-+]?[0-9]+)?|[-+]Inf|NaN)( -?[0-9]+)?$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SampleForm();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HistogramSuffix();

    /// <summary>One value.</summary>
    internal sealed record Sample(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value)
    {
        public string? this[string label] => Labels.Where(one => one.Key == label).Select(one => one.Value).SingleOrDefault();

        /// <summary>The labels but one, as text.</summary>
        public string Without(string label) => Text(Labels.Where(one => one.Key != label));

        public override string ToString() => $"{Name}{{{Text(Labels)}}}";

        private static string Text(IEnumerable<KeyValuePair<string, string>> labels) =>
            string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}=\"{label.Value}\""));
    }
}
