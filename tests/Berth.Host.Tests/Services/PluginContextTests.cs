using Berth.Host.Services;
using Berth.Packaging.Manifest;
using Microsoft.Extensions.Logging.Abstractions;

namespace Berth.Host.Tests.Services;

public sealed class PluginContextTests
{
    [Fact]
    public void A_ceiling_that_is_lowered_holds_for_what_runs_from_the_next_question_on()
    {
        var manifest = ManifestReader.Read("""{"name":"Notes","version":"1.0.0","frontend":{"entry":"dist/a.js"},"security":{"capabilities":["network:http-client","filesystem:write-temp"]}}"""u8.ToArray()).Manifest.ShouldNotBeNull();
        var ceilings = new Ceilings();
        var context = new PluginContext(new PluginVersionFiles(new PluginVersionId("Notes", "1.0.0"), ".", manifest, "internal"), NullLogger.Instance, TimeProvider.System, ceilings);
        context.Capabilities.Order(StringComparer.Ordinal).ShouldBe(["filesystem:write-temp", "network:http-client"]);
        context.Capabilities.ShouldBeSameAs(context.Capabilities, "it is not worked out anew for each question");

        ceilings.Permitted = ["filesystem:write-temp", "process:spawn-child"];
        ceilings.Generation++;

        context.Capabilities.ShouldHaveSingleItem("only what is declared, too").ShouldBe("filesystem:write-temp");
    }

    private sealed class Ceilings : ITrustCeilings
    {
        public int Generation { get; set; }

        public string[]? Permitted { get; set; }

        public bool Permits(string slug, string trustLevel, string capability) => Permitted?.Contains(capability) ?? true;
    }
}
