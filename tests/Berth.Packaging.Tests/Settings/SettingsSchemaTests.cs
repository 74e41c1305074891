using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Packaging.Manifest;
using Berth.Packaging.Settings;
using FsCheck;
using FsCheck.Fluent;

namespace Berth.Packaging.Tests.Settings;

public sealed class SettingsSchemaTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Settings_that_fit_pass_and_one_that_is_spoiled_fails_with_its_pointer() =>
        Check.One(Runs, Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var draft = new SettingsDraft(seed);
            Faults(draft.Schema.ToJsonString(), draft.Value.ToJsonString()).ShouldBeEmpty();
            foreach (var spoiler in draft.Spoilers)
            {
                Faults(draft.Schema.ToJsonString(), draft.Spoiled(spoiler).ToJsonString()).ShouldBe([(spoiler.Code, spoiler.Pointer)]);
            }
        }));

    [Fact]
    public void All_faults_are_reported_at_once() =>
        Faults(
            """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"integer","minimum":1},"c":{"type":"boolean"}},"required":["c"],"additionalProperties":false}""",
            """{"a":1,"b":0,"d":2}""")
            .ShouldBe([("settings.type", "/a"), ("settings.range", "/b"), ("settings.unknown", "/d"), ("settings.missing", "/c")]);

    [Theory]
    [InlineData("email", "ada@example.org", "ada@", "a@b@c", "@x.org", "a b@example.org", "a..b@example.org")]
    [InlineData("uri", "https://example.org/?q=1#x", "example.org", "/path", "https://a b", "https://<script>")]
    [InlineData("date", "2026-02-28", "2026-02-30", "28.02.2026", "2026-2-3")]
    [InlineData("date-time", "2026-11-20T21:00:00Z", "2026-11-20", "2026-11-20 21:00:00Z", "2026-11-20T25:00:00Z")]
    [InlineData("time", "21:00", "24:00", "9 pm")]
    [InlineData("hostname", "a-b.example.org", "-a.org", "a..org", "a_b.org", "")]
    [InlineData("ipv4", "192.0.2.1", "192.0.2", "192.0.2.256", "192.0.2.01", "1")]
    [InlineData("ipv6", "2001:db8::1", "192.0.2.1", "fe80::1%eth0", "[::1]")]
    [InlineData("uuid", "0190b3a4-7e00-7000-8000-000000000000", "0190b3a47e0070008000000000000000", "{0190b3a4-7e00-7000-8000-000000000000}")]
    [InlineData("color", "#1f6feb", "1f6feb", "#12", "red")]
    public void A_format_lets_in_what_has_it_and_nothing_else(string format, string good, params string[] bad)
    {
        var schema = $$$"""{"type":"object","properties":{"a":{"type":"string","format":"{{{format}}}"} } }""";
        Faults(schema, Text(good)).ShouldBeEmpty(good);
        foreach (var text in bad)
        {
            Faults(schema, Text(text)).ShouldBe([("settings.format", "/a")], text);
        }

        static string Text(string value) => new JsonObject { ["a"] = value }.ToJsonString();
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""", "settings.unicode", "")]
    [InlineData("""{"\udc00":1}""", "settings.unicode", "")]
    [InlineData("""{"a":"x","a":"y"}""", "settings.duplicate", "/a")]
    [InlineData("[]", "settings.type", "")]
    [InlineData("null", "settings.type", "")]
    [InlineData("""{"n":1e400}""", "settings.range", "/n")]
    public void Hostile_settings_bring_a_fault_and_no_exception(string settings, string code, string pointer) =>
        Faults("""{"type":"object","properties":{"a":{"type":"string"},"n":{"type":"number"}}}""", settings).ShouldBe([(code, pointer)]);

    [Fact]
    public void Settings_are_bounded_in_bytes_and_in_depth()
    {
        const string Open = """{"type":"object"}""";
        Faults(Open, new JsonObject { ["a"] = new string('x', SettingsSchema.MaxBytes) }.ToJsonString()).ShouldBe([("settings.size", "")]);
        Faults(Open, string.Concat(Enumerable.Repeat("""{"a":""", 40)) + "1" + new string('}', 40)).ShouldBe([("settings.size", "")]);
        Faults("""{"type":"object","additionalProperties":false}""", "{" + string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"n{i}\":1")) + "}")
            .Count.ShouldBe(101);
    }

    [Fact]
    public void A_pattern_that_other_engines_take_for_ever_over_is_answered()
    {
        var schema = """{"type":"object","properties":{"a":{"type":"string","pattern":"^(a+)+$"}}}""";
        Faults(schema, new JsonObject { ["a"] = new string('a', 50_000) + "!" }.ToJsonString()).ShouldBe([("settings.pattern", "/a")]);
    }

    [Fact]
    public void A_required_setting_with_a_default_may_be_absent() =>
        Faults(
            """{"type":"object","properties":{"a":{"type":"string","default":"x"},"b":{"type":"object","properties":{"c":{"type":"integer","default":1}}},"d":{"type":"object"}},"required":["a","b","d"]}""",
            "{}").ShouldBe([("settings.missing", "/d")]);

    [Fact]
    public void A_message_never_holds_the_value()
    {
        var schema = Schema("""{"type":"object","properties":{"key":{"type":"string","x-secret":true,"minLength":50,"maxLength":60,"pattern":"^k","format":"uri","enum":["k"]},"n":{"type":"object","properties":{"key":{"type":"string","x-secret":true,"minLength":50}}}}}""");
        var faults = schema.Validate(JsonDocument.Parse("""{"key":"hunter2","n":{"key":"hunter2"}}""").RootElement);
        faults.ShouldNotBeEmpty();
        faults.ShouldAllBe(fault => !fault.Message.Contains("hunter2"));
        schema.Secrets.ShouldBe(["/key", "/n/key"]);
    }

    private static IReadOnlyList<(string Code, string Pointer)> Faults(string schema, string settings) =>
        [.. Schema(schema).Validate(JsonDocument.Parse(settings, new JsonDocumentOptions { MaxDepth = 100 }).RootElement).Select(fault => (fault.Code, fault.Pointer))];

    // Through the manifest reader: what it accepts is what is judged here.
    private static SettingsSchema Schema(string schema)
    {
        var read = ManifestReader.Read(Encoding.UTF8.GetBytes($$"""{"name":"Notes","version":"1.0.0","config":{{schema}} }"""));
        read.Faults.ShouldBeEmpty();
        return SettingsSchema.Of(read.Manifest).ShouldNotBeNull();
    }
}
