using System.Text;
using System.Text.Json.Nodes;
using Berth.Packaging.Manifest;

namespace Berth.Packaging.Tests.Manifest;

/// <summary>Manifests for tests.</summary>
internal static class Manifests
{
    /// <summary>A manifest that uses every member.</summary>
    public const string Full = """
        {
          "name": "Network-Review",
          "version": "1.2.3-beta.1+build.5",
          "displayName": "Network review",
          "description": "Looks at networks.\nTwice.",
          "author": "Jane Doe",
          "license": "(MIT OR Apache-2.0)",
          "homepage": "https://example.org/review",
          "repository": "git+https://example.org/review.git",
          "keywords": ["network", "review"],
          "category": "tools",
          "icon": "icon.svg",
          "type": "fullstack",
          "engines": { "berth": ">=0.1.0 <2", "node": ">=20" },
          "dependencies": { "Notes": "^1.0.0", "Guards": "1.x || 2.x" },
          "optionalDependencies": ["Charts"],
          "conflicts": { "OldReview": "*" },
          "loadOrder": 7,
          "critical": true,
          "frontend": {
            "entry": "dist/remoteEntry.js",
            "scope": "NetworkReview",
            "modules": [{
              "name": "ComponentNetworkStatus", "displayName": "Status", "description": "Shows", "icon": "wifi", "category": "net",
              "tags": ["net"], "priority": 3, "props": {"a":{"b":[1,2]}},
              "configFields": { "refresh": { "type": "number", "description": "Seconds", "default": 30, "options": [10, 30] } },
              "messages": { "sends": [] }, "requiredServices": ["api"], "dependencies": ["react"], "layout": { "minWidth": 4 }, "anything": 1
            }]
          },
          "module": {
            "assembly": "lib/net10.0/Review.dll",
            "controllers": ["ReviewController"], "providers": ["ReviewProvider"], "exports": ["ReviewProvider"], "imports": ["Notes"],
            "lifecycleManager": "Review.ReviewLifecycle",
            "contracts": ["lib/net10.0/Review.Contracts.dll"],
            "guards": [
              { "name": "owner", "class": "Review.OwnerGuard", "scope": "local", "exported": true, "dependencies": ["member"] },
              { "name": "member", "scope": "external", "source": "Guards" }
            ],
            "crossPluginServices": [{
              "serviceName": "ReviewService", "token": "REVIEW", "contract": "Review.Contracts.IReview", "global": true,
              "description": "Reviews", "capabilities": ["read"], "version": "2.0.0"
            }],
            "consumes": [{ "token": "NOTES", "from": "Notes", "range": "^1.0.0", "optional": true }]
          },
          "config": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object", "title": "Settings", "description": "All of them", "required": ["url"], "additionalProperties": false,
            "properties": {
              "url": { "type": "string", "format": "uri", "minLength": 1, "maxLength": 200, "pattern": "^https?://", "default": "https://example.org" },
              "apiKey": { "type": "string", "x-secret": true, "x-order": 2 },
              "count": { "type": "integer", "minimum": 1, "maximum": 10, "default": 3 },
              "ratio": { "type": "number", "minimum": 0.5, "default": 0.75 },
              "mode": { "type": "string", "enum": ["a", "b"], "default": "b" },
              "on": { "type": "boolean", "default": true },
              "hosts": { "type": "array", "items": { "type": "string" }, "default": ["a"] },
              "nested": { "type": "object", "properties": { "deep": { "type": "integer" } }, "required": ["deep"] }
            }
          },
          "security": {
            "trustLevel": "community",
            "capabilities": ["network:http-client"],
            "sandbox": {
              "enabled": true, "isolationLevel": "process",
              "resourceLimits": { "maxMemory": "256MB", "maxCPU": "50%", "maxFileSize": "1.5 KiB", "maxNetworkBandwidth": "1MB/s", "maxExecutionTime": "30s" }
            },
            "signature": "abc"
          },
          "optimization": {
            "bundleOptimization": { "enabled": true, "treeShaking": true, "minification": true, "compression": "brotli", "removeSourceMaps": true, "removeTestFiles": false },
            "caching": { "manifestCache": true, "validationCache": true, "securityCache": false, "ttl": 3600 }
          },
          "events": {
            "lifecycle": { "beforeLoad": "OnBeforeLoad", "afterLoad": ["A", "B"], "beforeUnload": true, "onError": "OnError" },
            "custom": ["review.done", { "name": "review.failed", "description": "It failed" }]
          },
          "monitoring": {
            "performance": { "maxStartupTime": 5000, "maxResponseTime": "2s", "enableMetrics": false, "enableTracing": true },
            "circuitBreaker": { "enabled": true, "failureThreshold": 3, "recoveryTimeout": "1m" }
          },
          "x-mine": { "free": ["as", "air"] }
        }
        """;

    public static ManifestReadOutcome Read(string json) => ManifestReader.Read(Encoding.UTF8.GetBytes(json));

    public static PluginManifest Accept(string json)
    {
        var outcome = Read(json);
        outcome.Faults.ShouldBeEmpty();
        return outcome.Manifest.ShouldNotBeNull();
    }

    /// <summary>The minimal manifest with these members added or replaced.</summary>
    public static string With(string members)
    {
        var manifest = JsonNode.Parse(Packages.MinimalManifest)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
        {
            manifest[name] = value?.DeepClone();
        }

        return manifest.ToJsonString();
    }
}
