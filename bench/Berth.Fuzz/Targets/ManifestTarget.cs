using Berth.Packaging.Manifest;

namespace Berth.Fuzz.Targets;

/// <summary><c>plugin.json</c>.</summary>
internal sealed class ManifestTarget : FuzzTarget
{
    public override string Name => "manifest";

    public override IEnumerable<string> Words =>
    [
        "\"name\"", "\"version\"", "\"displayName\"", "\"dependencies\"", "\"frontend\"", "\"modules\"", "\"configFields\"", "\"module\"", "\"assembly\"", "\"guards\"",
        "\"crossPluginServices\"", "\"consumes\"", "\"config\"", "\"properties\"", "\"enum\"", "\"default\"", "\"security\"", "\"capabilities\"", "\"sandbox\"", "\"resourceLimits\"",
        "\"optimization\"", "\"events\"", "\"monitoring\"", "\"circuitBreaker\"", "\"engines\"", "\"x-own\"", "\"network:http-client\"", "\"type\":\"string\"", "null", "[]", "{}", "1e400", "\\u0000", "\\ud800", "512MB",
    ];

    public override IEnumerable<byte[]> Seeds() => new[]
    {
        """{"name":"Notes","version":"1.0.0","displayName":"Notes","description":"Keeps notes."}""",
        """{"name":"Charts","version":"1.2.3-rc.1","displayName":"Charts","description":"d","dependencies":{"Notes":"^1.0.0"},"conflicts":["Old"],"engines":{"berth":">=0.1.0"},"keywords":["a"],"license":"MIT OR Apache-2.0","loadOrder":5,"critical":true,"frontend":{"entry":"dist/remoteEntry.js","scope":"charts","modules":[{"name":"Panel","displayName":"Panel","tags":["t"],"configFields":{"size":{"type":"number","default":3,"options":[1,2,3]}}}]}}""",
        """{"name":"Back","version":"2.0.0","displayName":"B","description":"d","module":{"assembly":"lib/net10.0/Back.dll","controllers":["A"],"guards":[{"name":"owner","class":"Back.Owner","scope":"local"}],"crossPluginServices":[{"serviceName":"S","token":"T","contract":"Back.IS","global":true}],"consumes":[{"token":"U","from":"Other","range":"^1.0.0","optional":true}]},"config":{"type":"object","properties":{"key":{"type":"string","secret":true,"maxLength":10},"mode":{"enum":["a","b"],"default":"a"}},"required":["key"]},"security":{"trustLevel":"internal","capabilities":["network:http-client"],"sandbox":{"enabled":true,"isolationLevel":"process","resourceLimits":{"maxMemory":"128MB","maxExecutionTime":5000}}},"optimization":{"bundleOptimization":{"enabled":true},"caching":{"ttl":60}},"events":{"lifecycle":{"beforeLoad":"Back.Hooks"},"custom":["saved"]},"monitoring":{"circuitBreaker":{"enabled":true,"failureThreshold":3}}}""",
    }.Select(Utf8);

    public override void Run(byte[] input)
    {
        var outcome = ManifestReader.Read(input);
        Promise(outcome.IsAccepted || outcome.Faults.Count > 0, "a manifest that is refused has a reason");
        if (outcome.IsAccepted)
            Promise(ManifestReader.Read(input).IsAccepted, "a manifest is judged the same twice");
    }
}
