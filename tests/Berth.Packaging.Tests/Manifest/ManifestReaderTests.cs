using System.Text;
using System.Text.Json;
using Berth.Packaging.Manifest;
using Berth.Packaging.Versioning;

namespace Berth.Packaging.Tests.Manifest;

public sealed class ManifestReaderTests
{
    [Fact]
    public void The_smallest_manifest_gets_its_defaults()
    {
        var manifest = Manifests.Accept(Packages.MinimalManifest);

        manifest.DisplayName.ShouldBe("Notes");
        manifest.Type.ShouldBe(PluginType.Frontend);
        manifest.LoadOrder.ShouldBe(100);
        manifest.Critical.ShouldBeFalse();
        manifest.Security.Capabilities.ShouldBeEmpty();
        manifest.Monitoring.EnableMetrics.ShouldBeTrue();
        manifest.Monitoring.CircuitBreaker.ShouldBeNull();
        (manifest.Frontend, manifest.Module, manifest.Config, manifest.Engine).ShouldBe((null, null, null, null));
    }

    [Fact]
    public void Everything_that_a_manifest_can_say_is_read()
    {
        var manifest = Manifests.Accept(Manifests.Full);

        manifest.Name.ShouldBe("Network-Review");
        manifest.Version.ShouldBe(SemanticVersion.Parse("1.2.3-beta.1+build.5"));
        (manifest.DisplayName, manifest.License, manifest.Category, manifest.Icon).ShouldBe(("Network review", "(MIT OR Apache-2.0)", "tools", "icon.svg"));
        manifest.Keywords.ShouldBe(["network", "review"]);
        manifest.Type.ShouldBe(PluginType.Fullstack);
        manifest.Engine!.ToString().ShouldBe(">=0.1.0 <2");
        manifest.Dependencies.Keys.ShouldBe(["Notes", "Guards"]);
        manifest.Dependencies["notes"].ToString().ShouldBe("^1.0.0");
        manifest.OptionalDependencies["Charts"].ShouldBe(VersionRange.Any);
        manifest.Conflicts["OldReview"].ToString().ShouldBe("*");
        (manifest.LoadOrder, manifest.Critical).ShouldBe((7, true));
        manifest.Frontend!.Entry.ShouldBe("dist/remoteEntry.js");
        manifest.Frontend.Scope.ShouldBe("NetworkReview");
    }

    [Fact]
    public void The_front_ends_modules_are_read_and_their_open_parts_kept_as_written()
    {
        var module = Manifests.Accept(Manifests.Full).Frontend!.Modules.ShouldHaveSingleItem();

        (module.Name, module.DisplayName, module.Priority).ShouldBe(("ComponentNetworkStatus", "Status", 3));
        module.Tags.ShouldBe(["net"]);
        module.Dependencies.ShouldBe(["react"]);
        module.Props!.Value.GetRawText().ShouldBe("""{"a":{"b":[1,2]}}""");
        module.ConfigFields!.Value.GetProperty("refresh").GetProperty("default").GetInt32().ShouldBe(30);
        module.Messages!.Value.ValueKind.ShouldBe(JsonValueKind.Object);
        module.RequiredServices!.Value.ValueKind.ShouldBe(JsonValueKind.Array);
        module.Layout!.Value.GetProperty("minWidth").GetInt32().ShouldBe(4);
    }

    [Fact]
    public void The_server_side_module_is_read()
    {
        var module = Manifests.Accept(Manifests.Full).Module!;

        module.Assembly.ShouldBe("lib/net10.0/Review.dll");
        module.LifecycleManager.ShouldBe("Review.ReviewLifecycle");
        module.Contracts.ShouldBe(["lib/net10.0/Review.Contracts.dll"]);
        module.Guards.Select(guard => (guard.Name, guard.Class, guard.Scope, guard.Source, guard.Exported)).ShouldBe(
            [("owner", "Review.OwnerGuard", "local", null, true), ("member", null, "external", "Guards", false)]);
        module.Guards[0].Dependencies.ShouldBe(["member"]);
        var service = module.CrossPluginServices.ShouldHaveSingleItem();
        (service.ServiceName, service.Token, service.Contract, service.Global).ShouldBe(("ReviewService", "REVIEW", "Review.Contracts.IReview", true));
        service.Version.ShouldBe(SemanticVersion.Parse("2.0.0"));
        var consumed = module.Consumes.ShouldHaveSingleItem();
        (consumed.Token, consumed.From, consumed.Range!.ToString(), consumed.Optional).ShouldBe(("NOTES", "Notes", "^1.0.0", true));
    }

    [Fact]
    public void Requests_limits_and_budgets_are_read_with_and_without_units()
    {
        var manifest = Manifests.Accept(Manifests.Full);

        manifest.Security.TrustLevel.ShouldBe("community");
        manifest.Security.Capabilities.ShouldBe(["network:http-client"]);
        manifest.Security.Sandbox!.IsolationLevel.ShouldBe("process");
        manifest.Security.Sandbox.ResourceLimits.ShouldBe(new ResourceLimitsManifest(256L << 20, 50, 1536, 1L << 20, 30_000));
        (manifest.Monitoring.MaxStartupTime, manifest.Monitoring.MaxResponseTime).ShouldBe((5000, 2000));
        (manifest.Monitoring.EnableMetrics, manifest.Monitoring.EnableTracing).ShouldBe((false, true));
        manifest.Monitoring.CircuitBreaker.ShouldBe(new CircuitBreakerManifest(true, 3, 60_000, 3));
        manifest.Config!.Value.GetProperty("properties").GetProperty("apiKey").GetProperty("x-secret").GetBoolean().ShouldBeTrue();
        manifest.Optimization!.Value.GetProperty("caching").GetProperty("ttl").GetInt32().ShouldBe(3600);
        manifest.Events!.Value.GetProperty("custom").GetArrayLength().ShouldBe(2);
        manifest.Hooks.BeforeLoad.Names.ShouldBe(["OnBeforeLoad"]);
        manifest.Hooks.AfterLoad.Names.ShouldBe(["A", "B"]);
        manifest.Hooks.BeforeUnload.Names.ShouldBeNull();
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"lifecycle":{}}""", null)]
    [InlineData("""{"lifecycle":{"onError":true}}""", null)]
    [InlineData("""{"lifecycle":{"onError":false}}""", "")]
    [InlineData("""{"lifecycle":{"onError":[]}}""", "")]
    [InlineData("""{"lifecycle":{"onError":"one"}}""", "one")]
    [InlineData("""{"lifecycle":{"onError":["one","two"]}}""", "one two")]
    public void Hooks_run_all_none_or_those_that_are_named(string events, string? names)
    {
        var hook = Manifests.Accept(Manifests.With($$"""{"events":{{events}}}""")).Hooks.OnError;
        (hook.Names is null ? null : string.Join(' ', hook.Names)).ShouldBe(names);
    }

    [Theory]
    [InlineData("""{"frontend":{"entry":"dist/a.js"}}""", PluginType.Frontend)]
    [InlineData("""{"module":{"assembly":"lib/net10.0/A.dll"}}""", PluginType.Backend)]
    [InlineData("""{"module":{"assembly":"vm/a.wasm"}}""", PluginType.Backend)]
    [InlineData("""{"frontend":{"entry":"dist/a.js"},"module":{"assembly":"lib/net10.0/A.dll"}}""", PluginType.Fullstack)]
    public void The_type_follows_from_the_sections(string members, PluginType type) =>
        Manifests.Accept(Manifests.With(members)).Type.ShouldBe(type);

    [Fact]
    public void All_faults_are_reported_at_once_each_with_its_pointer()
    {
        var outcome = Manifests.Read("""
            {
              "name": "no/slug", "version": "v1.0.1", "license": "Apache 2.0", "colour": "red", "x-mine": 1,
              "dependencies": { "Notes": "latest", "b~/d": "1.0.0" },
              "frontend": { "entry": "../a.js", "modules": [{ "name": "A" }, { "displayName": 5 }] },
              "security": { "capabilities": ["network:http-client", "network:everything"], "level": 1 },
              "version": "1.0.0"
            }
            """);

        outcome.Manifest.ShouldBeNull();
        outcome.Faults.Select(fault => $"{fault.Code} {fault.Pointer}").ShouldBe(
            [
                "manifest.member.duplicate /version",
                "manifest.name.invalid /name",
                "manifest.path.invalid /frontend/entry",
                "manifest.member.missing /frontend/modules/1/name",
                "manifest.value.type /frontend/modules/1/displayName",
                "manifest.range.invalid /dependencies/Notes",
                "manifest.name.invalid /dependencies/b~0~1d",
                "manifest.license.invalid /license",
                "manifest.capability.unknown /security/capabilities/1",
                "manifest.member.unknown /security/level",
                "manifest.member.unknown /colour",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void A_hostile_manifest_gets_no_endless_list_of_faults()
    {
        var json = "{" + string.Join(',', Enumerable.Range(0, 5000).Select(i => $"\"m{i}\":1")) + "}";

        var outcome = Manifests.Read(json);

        outcome.Faults.Count.ShouldBe(501);
        outcome.Faults[^1].Code.ShouldBe(ManifestFaultCodes.TooMany);
    }

    [Fact]
    public void A_fault_beyond_the_end_of_the_list_still_refuses_the_manifest()
    {
        var json = "{" + string.Concat(Enumerable.Repeat("\"a\":1,", 600)) + "\"b\":\"\\ud800\"}";

        Manifests.Read(json).Faults.Count.ShouldBe(501);
    }

    [Fact]
    public void The_manifest_does_not_depend_on_the_bytes_it_was_read_from()
    {
        var bytes = Encoding.UTF8.GetBytes(Manifests.Full);
        var manifest = ManifestReader.Read(bytes).Manifest!;
        Array.Fill(bytes, (byte)' ');

        manifest.Config!.Value.GetProperty("type").GetString().ShouldBe("object");
        manifest.Frontend!.Modules[0].Props!.Value.GetRawText().ShouldBe("""{"a":{"b":[1,2]}}""");
    }

    [Fact]
    public void Any_bytes_give_faults_and_no_exception()
    {
        var random = new Random(11);
        var original = Encoding.UTF8.GetBytes(Manifests.Full);
        for (var round = 0; round < 3000; round++)
        {
            var bytes = original.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var outcome = ManifestReader.Read(bytes);
            (outcome.Manifest is null).ShouldBe(outcome.Faults.Count > 0, $"round {round}");
        }
    }

    [Fact]
    public void Thirty_two_levels_are_allowed() =>
        Manifests.Accept(Manifests.With($$"""{"x-a":{{new string('[', 31)}}{{new string(']', 31)}}}"""));

    [Theory]
    [InlineData("maxMemory", "1024", 1024)]
    [InlineData("maxMemory", "\"512B\"", 512)]
    [InlineData("maxMemory", "\"1kb\"", 1024)]
    [InlineData("maxMemory", "\"2 GiB\"", 2147483648)]
    [InlineData("maxMemory", "\"1.5MB\"", 1572864)]
    [InlineData("maxExecutionTime", "\"250ms\"", 250)]
    [InlineData("maxExecutionTime", "\"30s\"", 30_000)]
    [InlineData("maxExecutionTime", "\"5 min\"", 300_000)]
    [InlineData("maxExecutionTime", "\"1h\"", 3_600_000)]
    [InlineData("maxNetworkBandwidth", "\"10MB\"", 10485760)]
    [InlineData("maxNetworkBandwidth", "\"10kb/s\"", 10240)]
    public void Limits_are_numbers_or_texts_with_units(string member, string value, long expected)
    {
        var json = "{\"security\":{\"sandbox\":{\"resourceLimits\":{\"" + member + "\":" + value + "}}}}";
        var limits = Manifests.Accept(Manifests.With(json)).Security.Sandbox!.ResourceLimits!;

        (limits.MaxMemory ?? limits.MaxExecutionTime ?? limits.MaxNetworkBandwidth).ShouldBe(expected);
    }
}
