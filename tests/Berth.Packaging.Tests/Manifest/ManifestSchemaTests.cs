using System.Text.Json;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Tests.Manifest;

public sealed class ManifestSchemaTests
{
    [Fact]
    public void The_schema_is_JSON_Schema_of_draft_2020_12()
    {
        using var schema = JsonDocument.Parse(ManifestSchema.Utf8);

        schema.RootElement.GetProperty("$schema").GetString().ShouldBe("https://json-schema.org/draft/2020-12/schema");
        schema.RootElement.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
        schema.RootElement.GetProperty("required").EnumerateArray().Select(name => name.GetString()).ShouldBe(["name", "version"]);
    }

    [Fact]
    public void Schema_and_parser_name_the_same_members()
    {
        using var schema = JsonDocument.Parse(ManifestSchema.Utf8);

        MembersOf(schema.RootElement).ShouldBe(ManifestReader.KnownMembers, ignoreOrder: true);
    }

    [Fact]
    public void The_schema_names_every_capability_and_no_other()
    {
        using var schema = JsonDocument.Parse(ManifestSchema.Utf8);
        var capabilities = schema.RootElement.GetProperty("properties").GetProperty("security").GetProperty("properties").GetProperty("capabilities");

        capabilities.GetProperty("items").GetProperty("enum").EnumerateArray().Select(name => name.GetString())
            .ShouldBe(Capabilities.All.Select(capability => capability.Name));
    }

    [Theory]
    [InlineData("security", "{}")]
    [InlineData("security/network", "{}")]
    [InlineData("security/sandbox", """{"enabled":true}""")]
    [InlineData("security/sandbox/resourceLimits", "{}")]
    [InlineData("monitoring", "{}")]
    [InlineData("monitoring/performance", "{}")]
    [InlineData("monitoring/circuitBreaker", "{}")]
    [InlineData("optimization", "{}")]
    [InlineData("optimization/bundleOptimization", "{}")]
    [InlineData("optimization/caching", "{}")]
    [InlineData("events", "{}")]
    [InlineData("events/lifecycle", "{}")]
    [InlineData("module", """{"assembly":"lib/net10.0/A.dll"}""")]
    public void In_closed_objects_schema_and_parser_know_the_same_members(string path, string content)
    {
        using var schema = JsonDocument.Parse(ManifestSchema.Utf8);
        var described = path.Split('/').Aggregate(schema.RootElement, (parent, name) => parent.GetProperty("properties").GetProperty(name));
        described.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();

        // A member the parser does not know is "unknown"; a known one of a wrong type is anything else.
        bool Knows(string member)
        {
            var json = path.Split('/').Reverse().Aggregate(Add(content, member), (inner, name) => $$"""{"{{name}}":{{inner}}}""");
            return Manifests.Read(Manifests.With(json)).Faults.All(fault => !fault.Code.Equals(ManifestFaultCodes.MemberUnknown, StringComparison.Ordinal));
        }

        MembersOf(described).Where(member => !Knows(member)).ShouldBeEmpty();
        Knows("notInAnySchema").ShouldBeFalse();
        Knows("x-own").ShouldBeTrue();
    }

    private static string Add(string content, string member) =>
        content.Contains($"\"{member}\"", StringComparison.Ordinal) ? content : content.TrimEnd('}') + (content.Length > 2 ? "," : "") + $"\"{member}\":[]}}";

    private static IEnumerable<string> MembersOf(JsonElement schema) => schema.GetProperty("properties").EnumerateObject().Select(member => member.Name);
}
