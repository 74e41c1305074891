using System.Text.Json;
using Berth.Packaging.Settings;

namespace Berth.Packaging.Tests.Settings;

public sealed class ModuleFieldsTests
{
    private static readonly JsonElement Fields = JsonDocument.Parse(
        """
        {
          "title": { "type": "text", "maxLength": 5 },
          "count": { "type": "number", "min": 1, "max": 9 },
          "whole": { "type": "integer" },
          "on": { "type": "boolean" },
          "size": { "type": "select", "options": [{ "label": "Small", "value": "s" }, { "label": "Large", "value": "l" }] },
          "many": { "type": "multiselect", "options": ["a", "b"] },
          "own": { "type": "something-of-mine" },
          "bare": 5
        }
        """).RootElement;

    [Theory]
    [InlineData("""{"title":"hello","count":1.5,"whole":2,"on":false,"size":"l","many":["a","b"],"own":{"x":[1]},"bare":"any"}""")]
    [InlineData("""{"title":null,"size":null}""")]
    [InlineData("{}")]
    public void Values_that_fit_their_fields_pass(string values) => Faults(values).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"title":1}""", "settings.type", "/title")]
    [InlineData("""{"title":"too long"}""", "settings.length", "/title")]
    [InlineData("""{"count":10}""", "settings.range", "/count")]
    [InlineData("""{"count":1e400}""", "settings.range", "/count")]
    [InlineData("""{"whole":1.5}""", "settings.type", "/whole")]
    [InlineData("""{"on":"yes"}""", "settings.type", "/on")]
    [InlineData("""{"size":"m"}""", "settings.choice", "/size")]
    [InlineData("""{"many":["a","c"]}""", "settings.choice", "/many")]
    [InlineData("""{"many":"a"}""", "settings.type", "/many")]
    [InlineData("""{"nobody":1}""", "settings.unknown", "/nobody")]
    [InlineData("""{"title":"\ud800"}""", "settings.unicode", "")]
    [InlineData("[]", "settings.type", "")]
    public void A_value_that_does_not_fit_is_named(string values, string code, string pointer) => Faults(values).ShouldBe([(code, pointer)]);

    [Fact]
    public void Values_are_bounded() =>
        Faults(JsonSerializer.Serialize(new { own = new string('x', 20_000) })).ShouldBe([("settings.size", "")]);

    private static IReadOnlyList<(string Code, string Pointer)> Faults(string values) =>
        [.. ModuleFields.Validate(Fields, JsonDocument.Parse(values).RootElement).Select(fault => (fault.Code, fault.Pointer))];
}
