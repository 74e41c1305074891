using System.Text;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Tests.Manifest;

public sealed class FaultyManifestTests
{
    /// <summary>Members added to the smallest manifest, with exactly the one fault that they cause.</summary>
    public static TheoryData<string, string, string> Members => new()
    {
        // Names and versions.
        { """{"name":"a"}""", "manifest.name.invalid", "/name" },
        { """{"name":""}""", "manifest.name.invalid", "/name" },
        { """{"name":"1abc"}""", "manifest.name.invalid", "/name" },
        { """{"name":"a/b"}""", "manifest.name.invalid", "/name" },
        { """{"name":"a\\b"}""", "manifest.name.invalid", "/name" },
        { """{"name":".."}""", "manifest.name.invalid", "/name" },
        { """{"name":"abc."}""", "manifest.name.invalid", "/name" },
        { """{"name":"con"}""", "manifest.name.invalid", "/name" },
        { """{"name":"Aux.plugin"}""", "manifest.name.invalid", "/name" },
        { """{"name":"pl\u00fcgin"}""", "manifest.name.invalid", "/name" },
        { """{"name":"abc\n"}""", "manifest.name.invalid", "/name" },
        { $$"""{"name":"{{new string('a', 65)}}"}""", "manifest.name.invalid", "/name" },
        { """{"name":null}""", "manifest.value.type", "/name" },
        { """{"version":"v1.0.1"}""", "manifest.version.invalid", "/version" },
        { """{"version":"1.0"}""", "manifest.version.invalid", "/version" },
        { """{"version":"^1.0.0"}""", "manifest.version.invalid", "/version" },
        { """{"version":1}""", "manifest.value.type", "/version" },

        // Texts.
        { """{"displayName":""}""", "manifest.text.length", "/displayName" },
        { $$"""{"displayName":"{{new string('a', 129)}}"}""", "manifest.text.length", "/displayName" },
        { """{"description":"a\u0000b"}""", "manifest.text.control", "/description" },
        { """{"author":{"name":"Jane"}}""", "manifest.value.type", "/author" },
        { """{"license":"Apache 2.0"}""", "manifest.license.invalid", "/license" },
        { """{"homepage":"javascript:alert(1)"}""", "manifest.url.invalid", "/homepage" },
        { """{"homepage":"example.org"}""", "manifest.url.invalid", "/homepage" },
        { """{"repository":"file:///etc/passwd"}""", "manifest.url.invalid", "/repository" },
        { """{"keywords":"a"}""", "manifest.value.type", "/keywords" },
        { """{"keywords":["a",1]}""", "manifest.value.type", "/keywords/1" },
        { """{"keywords":["a",""]}""", "manifest.text.length", "/keywords/1" },
        { """{"keywords":["a","b","a"]}""", "manifest.list.duplicate", "/keywords/2" },
        { $$"""{"keywords":[{{string.Join(',', Enumerable.Range(0, 1001))}}]}""", "manifest.list.length", "/keywords" },
        { """{"category":""}""", "manifest.text.length", "/category" },
        { """{"icon":"../icon.svg"}""", "manifest.path.invalid", "/icon" },
        { """{"icon":"assets/con.svg"}""", "manifest.path.invalid", "/icon" },

        // Type.
        { """{"type":"desktop"}""", "manifest.value.choice", "/type" },
        { """{"type":"backend"}""", "manifest.type.contradiction", "/type" },
        { """{"type":"fullstack","frontend":{"entry":"dist/a.js"}}""", "manifest.type.contradiction", "/type" },
        { """{"type":"frontend","module":{"assembly":"lib/net10.0/A.dll"}}""", "manifest.type.contradiction", "/type" },
        { """{"type":"backend","frontend":{"entry":"dist/a.js"},"module":{"assembly":"lib/net10.0/A.dll"}}""", "manifest.type.contradiction", "/type" },

        // Dependencies.
        { """{"engines":[]}""", "manifest.value.type", "/engines" },
        { """{"engines":{"berth":"new"}}""", "manifest.range.invalid", "/engines/berth" },
        { """{"dependencies":"Other"}""", "manifest.value.type", "/dependencies" },
        { """{"dependencies":{"Other":"v1"}}""", "manifest.range.invalid", "/dependencies/Other" },
        { """{"dependencies":{"Other":1}}""", "manifest.value.type", "/dependencies/Other" },
        { """{"dependencies":{"a/~b":"1.0.0"}}""", "manifest.name.invalid", "/dependencies/a~1~0b" },
        { """{"dependencies":{"notes":"*"}}""", "manifest.dependency.self", "/dependencies/notes" },
        { """{"dependencies":["Other","OTHER"]}""", "manifest.dependency.duplicate", "/dependencies/1" },
        { """{"dependencies":{"Other":"*","other":"*"}}""", "manifest.dependency.duplicate", "/dependencies/other" },
        { """{"dependencies":["Other"],"optionalDependencies":{"Other":"*"}}""", "manifest.dependency.duplicate", "/optionalDependencies/Other" },
        { """{"optionalDependencies":[".."]}""", "manifest.name.invalid", "/optionalDependencies/0" },
        { """{"conflicts":["Notes"]}""", "manifest.dependency.self", "/conflicts/0" },
        { """{"loadOrder":-1}""", "manifest.value.range", "/loadOrder" },
        { """{"loadOrder":1.5}""", "manifest.value.range", "/loadOrder" },
        { """{"loadOrder":1e99}""", "manifest.value.range", "/loadOrder" },
        { """{"critical":"yes"}""", "manifest.value.type", "/critical" },

        // Front end.
        { """{"frontend":{}}""", "manifest.member.missing", "/frontend/entry" },
        { """{"frontend":{"entry":"lib/a.js"}}""", "manifest.entry.not_served", "/frontend/entry" },
        { """{"frontend":{"entry":"dist/../a.js"}}""", "manifest.path.invalid", "/frontend/entry" },
        { """{"frontend":{"entry":"dist/a.js","scope":"a b"}}""", "manifest.text.form", "/frontend/scope" },
        { """{"frontend":{"entry":"dist/a.js","modules":{}}}""", "manifest.value.type", "/frontend/modules" },
        { """{"frontend":{"entry":"dist/a.js","modules":["A"]}}""", "manifest.value.type", "/frontend/modules/0" },
        { """{"frontend":{"entry":"dist/a.js","modules":[{}]}}""", "manifest.member.missing", "/frontend/modules/0/name" },
        { """{"frontend":{"entry":"dist/a.js","modules":[{"name":"a/b"}]}}""", "manifest.text.form", "/frontend/modules/0/name" },
        { """{"frontend":{"entry":"dist/a.js","modules":[{"name":"A"},{"name":"a"}]}}""", "manifest.list.duplicate", "/frontend/modules/1/name" },
        { """{"frontend":{"entry":"dist/a.js","modules":[{"name":"A","props":[]}]}}""", "manifest.value.type", "/frontend/modules/0/props" },
        { """{"frontend":{"entry":"dist/a.js","modules":[{"name":"A","configFields":{"x":1}}]}}""", "manifest.value.type", "/frontend/modules/0/configFields/x" },

        // Server-side module.
        { """{"module":{}}""", "manifest.member.missing", "/module/assembly" },
        { """{"module":{"assembly":"A.dll"}}""", "manifest.assembly.place", "/module/assembly" },
        { """{"module":{"assembly":"lib/net10.0/A.exe"}}""", "manifest.assembly.place", "/module/assembly" },
        { """{"module":{"assembly":"vm/main.py"}}""", "manifest.assembly.place", "/module/assembly" },
        { """{"module":{"assembly":"vm/main.mjs","lifecycleManager":"A.B"}}""", "manifest.vm.unsupported", "/module/lifecycleManager" },
        { """{"module":{"assembly":"vm/main.mjs","contracts":["lib/net10.0/C.dll"]}}""", "manifest.vm.unsupported", "/module/contracts" },
        { """{"module":{"assembly":"vm/main.mjs","guards":[{"name":"g","class":"A.G"}]}}""", "manifest.vm.unsupported", "/module/guards" },
        { """{"module":{"assembly":"vm/a.wasm","crossPluginServices":[{"serviceName":"S","token":"T"}]}}""", "manifest.vm.unsupported", "/module/crossPluginServices" },
        { """{"module":{"assembly":"vm/a.wasm","consumes":[{"token":"T","from":"Other"}]}}""", "manifest.vm.unsupported", "/module/consumes" },
        { """{"module":{"assembly":"vm/a.wasm"},"events":{"lifecycle":{"onError":"Tell"}}}""", "manifest.vm.unsupported", "/events/lifecycle" },
        { """{"module":{"assembly":"vm/a.wasm"},"security":{"sandbox":{"isolationLevel":"sandbox"}}}""", "manifest.vm.level", "/security/sandbox/isolationLevel" },
        { """{"module":{"assembly":"lib/net10.0/A.dll"},"security":{"sandbox":{"isolationLevel":"vm"}}}""", "manifest.vm.level", "/security/sandbox/isolationLevel" },
        { """{"module":{"assembly":"lib\\A.dll"}}""", "manifest.path.invalid", "/module/assembly" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","contracts":["C.dll"]}}""", "manifest.assembly.place", "/module/contracts/0" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","main":"A"}}""", "manifest.member.unknown", "/module/main" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","lifecycleManager":"a b"}}""", "manifest.text.form", "/module/lifecycleManager" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","guards":[{"name":"g"}]}}""", "manifest.guard.incomplete", "/module/guards/0/class" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","guards":[{"name":"g","class":"A.G","scope":"global"}]}}""", "manifest.value.choice", "/module/guards/0/scope" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","guards":[{"name":"g","scope":"external"}]}}""", "manifest.guard.incomplete", "/module/guards/0/source" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","guards":[{"name":"g","scope":"external","source":"Other"}]}}""", "manifest.guard.dependency", "/module/guards/0/source" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","guards":[{"name":"g","class":"A.G","dependencies":["h"]}]}}""", "manifest.guard.dependency", "/module/guards/0/dependencies/0" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","guards":[{"name":"g","class":"A.G","dependencies":["g"]}]}}""", "manifest.guard.dependency", "/module/guards/0/dependencies/0" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","guards":[{"name":"g","class":"A.G"},{"name":"g","class":"A.H"}]}}""", "manifest.list.duplicate", "/module/guards/1/name" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","crossPluginServices":[{"serviceName":"S"}]}}""", "manifest.member.missing", "/module/crossPluginServices/0/token" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","crossPluginServices":[{"serviceName":"S","token":"T"},{"serviceName":"R","token":"T"}]}}""", "manifest.list.duplicate", "/module/crossPluginServices/1/token" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","crossPluginServices":[{"serviceName":"S","token":"T","version":"1"}]}}""", "manifest.version.invalid", "/module/crossPluginServices/0/version" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","consumes":[{"token":"T"}]}}""", "manifest.member.missing", "/module/consumes/0/from" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","consumes":[{"token":"T","from":"Notes"}]}}""", "manifest.dependency.self", "/module/consumes/0/from" },
        { """{"module":{"assembly":"lib/net10.0/A.dll","consumes":[{"token":"T","from":"Other","range":"x.y"}]}}""", "manifest.range.invalid", "/module/consumes/0/range" },

        // Security.
        { """{"security":{"trustLevel":"quarantined"}}""", "manifest.value.choice", "/security/trustLevel" },
        { """{"security":{"capabilities":["network:everything"]}}""", "manifest.capability.unknown", "/security/capabilities/0" },
        { """{"security":{"capabilities":["network:http-client","network:http-client"]}}""", "manifest.list.duplicate", "/security/capabilities/1" },
        { """{"security":{"network":{}}}""", "manifest.member.missing", "/security/network/hosts" },
        { """{"security":{"network":{"hosts":"a.example"}}}""", "manifest.value.type", "/security/network/hosts" },
        { """{"security":{"network":{"hosts":[]}}}""", "manifest.network.host", "/security/network/hosts" },
        { """{"security":{"network":{"hosts":["a.example","a.example"]}}}""", "manifest.list.duplicate", "/security/network/hosts/1" },
        { """{"security":{"network":{"hosts":["a.example","https://b.example/"]}}}""", "manifest.network.host", "/security/network/hosts/1" },
        { """{"security":{"network":{"hosts":["2130706433"]}}}""", "manifest.network.host", "/security/network/hosts/0" },
        { """{"security":{"network":{"hosts":["API.example"]}}}""", "manifest.network.host", "/security/network/hosts/0" },
        { """{"security":{"network":{"hosts":[""" + string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"h{i}.example\"")) + "]}}}", "manifest.list.length", "/security/network/hosts" },
        { """{"security":{"network":{"hosts":["a.example"],"ports":[80]}}}""", "manifest.member.unknown", "/security/network/ports" },
        { """{"security":{"checksum":"abc"}}""", "manifest.checksum.invalid", "/security/checksum" },
        { """{"security":{"signature":5}}""", "manifest.value.type", "/security/signature" },
        { """{"security":{"level":5}}""", "manifest.member.unknown", "/security/level" },
        { """{"security":{"sandbox":{"isolationLevel":"jail"}}}""", "manifest.value.choice", "/security/sandbox/isolationLevel" },
        { """{"security":{"sandbox":{"memory":1}}}""", "manifest.member.unknown", "/security/sandbox/memory" },
        { """{"security":{"sandbox":{"resourceLimits":{"maxMemory":"256 apples"}}}}""", "manifest.value.unit", "/security/sandbox/resourceLimits/maxMemory" },
        { """{"security":{"sandbox":{"resourceLimits":{"maxMemory":"1.2.3MB"}}}}""", "manifest.value.unit", "/security/sandbox/resourceLimits/maxMemory" },
        { """{"security":{"sandbox":{"resourceLimits":{"maxMemory":-1}}}}""", "manifest.value.range", "/security/sandbox/resourceLimits/maxMemory" },
        { """{"security":{"sandbox":{"resourceLimits":{"maxMemory":1e400}}}}""", "manifest.value.range", "/security/sandbox/resourceLimits/maxMemory" },
        { """{"security":{"sandbox":{"resourceLimits":{"maxCPU":"50"}}}}""", "manifest.value.unit", "/security/sandbox/resourceLimits/maxCPU" },
        { """{"security":{"sandbox":{"resourceLimits":{"maxExecutionTime":true}}}}""", "manifest.value.type", "/security/sandbox/resourceLimits/maxExecutionTime" },
        { """{"security":{"sandbox":{"resourceLimits":{"maxDisk":1}}}}""", "manifest.member.unknown", "/security/sandbox/resourceLimits/maxDisk" },

        // Monitoring, optimization, events.
        { """{"monitoring":{"performance":{"maxStartupTime":"soon"}}}""", "manifest.value.unit", "/monitoring/performance/maxStartupTime" },
        { """{"monitoring":{"performance":{"speed":1}}}""", "manifest.member.unknown", "/monitoring/performance/speed" },
        { """{"monitoring":{"alerts":1}}""", "manifest.member.unknown", "/monitoring/alerts" },
        { """{"monitoring":{"circuitBreaker":{"failureThreshold":0}}}""", "manifest.value.range", "/monitoring/circuitBreaker/failureThreshold" },
        { """{"optimization":{"bundleOptimization":{"treeShaking":"yes"}}}""", "manifest.value.type", "/optimization/bundleOptimization/treeShaking" },
        { """{"optimization":{"caching":{"ttl":-1}}}""", "manifest.value.range", "/optimization/caching/ttl" },
        { """{"optimization":{"speed":1}}""", "manifest.member.unknown", "/optimization/speed" },
        { """{"events":{"lifecycle":{"afterUnload":"x"}}}""", "manifest.member.unknown", "/events/lifecycle/afterUnload" },
        { """{"events":{"lifecycle":{"onError":{}}}}""", "manifest.value.type", "/events/lifecycle/onError" },
        { """{"events":{"lifecycle":{"onError":["a","a"]}}}""", "manifest.list.duplicate", "/events/lifecycle/onError/1" },
        { """{"events":{"custom":[5]}}""", "manifest.value.type", "/events/custom/0" },
        { """{"events":{"custom":["a",{"name":"a"}]}}""", "manifest.list.duplicate", "/events/custom/1" },

        // Settings.
        { """{"config":[]}""", "manifest.value.type", "/config" },
        { """{"config":{}}""", "manifest.member.missing", "/config/type" },
        { """{"config":{"type":"string"}}""", "manifest.config.contradiction", "/config/type" },
        { """{"config":{"type":"object","oneOf":[]}}""", "manifest.config.keyword", "/config/oneOf" },
        { """{"config":{"type":"object","properties":{"a":{"type":"date"}}}}""", "manifest.value.choice", "/config/properties/a/type" },
        { """{"config":{"type":"object","properties":{"a":{}}}}""", "manifest.member.missing", "/config/properties/a/type" },
        { """{"config":{"type":"object","properties":{"a":true}}}""", "manifest.value.type", "/config/properties/a" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","minimum":1}}}}""", "manifest.config.contradiction", "/config/properties/a/minimum" },
        { """{"config":{"type":"object","properties":{"a":{"type":"integer","minimum":5,"maximum":1}}}}""", "manifest.config.contradiction", "/config/properties/a/minimum" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","pattern":"("}}}}""", "manifest.config.pattern", "/config/properties/a/pattern" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","pattern":"(?=a)b"}}}}""", "manifest.config.pattern", "/config/properties/a/pattern" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","pattern":"((a{100}){100}){100}"}}}}""", "manifest.config.pattern", "/config/properties/a/pattern" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","format":"zip"}}}}""", "manifest.value.choice", "/config/properties/a/format" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","enum":[]}}}}""", "manifest.config.contradiction", "/config/properties/a/enum" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","enum":["x",1]}}}}""", "manifest.config.contradiction", "/config/properties/a/enum/1" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","enum":["x"],"default":"y"}}}}""", "manifest.config.default", "/config/properties/a/default" },
        { """{"config":{"type":"object","properties":{"a":{"type":"integer","default":1.5}}}}""", "manifest.config.default", "/config/properties/a/default" },
        { """{"config":{"type":"object","properties":{"a":{"type":"integer","maximum":3,"default":4}}}}""", "manifest.config.default", "/config/properties/a/default" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","maxLength":2,"default":"abc"}}}}""", "manifest.config.default", "/config/properties/a/default" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","pattern":"^b","default":"abc"}}}}""", "manifest.config.default", "/config/properties/a/default" },
        { """{"config":{"type":"object","properties":{"a":{"type":"array","items":{"type":"string"},"default":[1]}}}}""", "manifest.config.default", "/config/properties/a/default" },
        { """{"config":{"type":"object","properties":{"a":{"type":"string","x-secret":true,"default":"x"}}}}""", "manifest.config.secret", "/config/properties/a/default" },
        { """{"config":{"type":"object","properties":{"a":{"type":"integer","x-secret":true}}}}""", "manifest.config.secret", "/config/properties/a/x-secret" },
        { """{"config":{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","x-secret":true}}}}}""", "manifest.config.secret", "/config/properties/a/items/x-secret" },
        { """{"config":{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{"type":"string","x-secret":true}}}}}}}""", "manifest.config.secret", "/config/properties/a/items/properties/b/x-secret" },
        { """{"config":{"type":"object","required":["a"]}}""", "manifest.config.contradiction", "/config/required/0" },
        { """{"config":{"type":"object","properties":{"a":{"type":"array","items":{"type":"string","anyOf":[]}}}}}""", "manifest.config.keyword", "/config/properties/a/items/anyOf" },

        // Unknown members.
        { """{"colour":"red"}""", "manifest.member.unknown", "/colour" },
        { """{"Name":"x"}""", "manifest.member.unknown", "/Name" },
        { """{"xcolour":"red"}""", "manifest.member.unknown", "/xcolour" },
        { """{"$schema":"x"}""", "manifest.member.unknown", "/$schema" },
        { """{"a/b~c":1}""", "manifest.member.unknown", "/a~1b~0c" },
    };

    /// <summary>Whole documents with exactly one fault.</summary>
    public static TheoryData<string, string, string> Documents => new()
    {
        { "", "manifest.json.invalid", "" },
        { "nonsense", "manifest.json.invalid", "" },
        { """{"name":"Notes","version":"1.0.0",}""", "manifest.json.invalid", "" },
        { """{"name":"Notes","version":"1.0.0"} {}""", "manifest.json.invalid", "" },
        { """{"name":"Notes","version":"1.0.0"/*x*/}""", "manifest.json.invalid", "" },
        { "\uFEFF" + Packages.MinimalManifest, "manifest.json.invalid", "" },
        { "[]", "manifest.value.type", "" },
        { "null", "manifest.value.type", "" },
        { """{"version":"1.0.0"}""", "manifest.member.missing", "/name" },
        { """{"name":"Notes"}""", "manifest.member.missing", "/version" },
        { """{"name":"Notes","version":"1.0.0","name":"Notes"}""", "manifest.member.duplicate", "/name" },
        { """{"name":"Notes","version":"1.0.0","n\u0061me":"Notes"}""", "manifest.member.duplicate", "/name" },
        { """{"name":"Notes","version":"1.0.0","x-a":[{},{"b":1,"b":2}]}""", "manifest.member.duplicate", "/x-a/1/b" },
        { """{"name":"Notes","version":"1.0.0","x-a":"\ud800"}""", "manifest.json.unicode", "/x-a" },
        { """{"name":"Notes","version":"1.0.0","x-a":[1,"\udc00\ud800"]}""", "manifest.json.unicode", "/x-a/1" },
        { $$"""{"name":"Notes","version":"1.0.0","x-a":{{new string('[', 32)}}{{new string(']', 32)}}}""", "manifest.json.depth", "/x-a" + string.Concat(Enumerable.Repeat("/0", 30)) },
        { $$"""{"name":"Notes","version":"1.0.0","x-a":{{new string('[', 100_000)}}""", "manifest.json.depth", "/x-a" + string.Concat(Enumerable.Repeat("/0", 30)) },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void One_fault_gets_exactly_its_code_and_pointer(string members, string code, string pointer) =>
        Manifests.Read(Manifests.With(members)).Faults.Select(fault => (fault.Code, fault.Pointer))
            .ShouldBe([(code, pointer)]);

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_broken_document_gets_exactly_its_code_and_pointer(string json, string code, string pointer)
    {
        var outcome = Manifests.Read(json);

        outcome.Manifest.ShouldBeNull();
        outcome.Faults.Select(fault => (fault.Code, fault.Pointer)).ShouldBe([(code, pointer)]);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        byte[] json = [.. Encoding.UTF8.GetBytes("""{"name":"Notes","version":"1.0.0","x-a":" """), 0xC3, 0x28, .. "\"}"u8];

        ManifestReader.Read(json).Faults.Select(fault => (fault.Code, fault.Pointer)).ShouldBe([("manifest.json.unicode", "/x-a")]);
    }

    [Fact]
    public void Guards_that_wait_for_each_other_are_refused_wherever_the_circle_is_entered()
    {
        var faults = Manifests.Read(Manifests.With("""
            {"module":{"assembly":"lib/net10.0/A.dll","guards":[
              {"name":"a","class":"A.A","dependencies":["b"]},{"name":"b","class":"A.B","dependencies":["a"]},{"name":"c","class":"A.C","dependencies":["a"]}]}}
            """)).Faults;

        faults.Select(fault => (fault.Code, fault.Pointer)).ShouldBe(
            [("manifest.guard.dependency", "/module/guards/0/dependencies/0"), ("manifest.guard.dependency", "/module/guards/1/dependencies/0")]);
    }
}
