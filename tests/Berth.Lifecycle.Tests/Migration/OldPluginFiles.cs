using System.Security.Cryptography;
using System.Text;

namespace Berth.Lifecycle.Tests.Migration;

/// <summary>Makes the files of a plugin as webpack builds them: an entry that names its chunks by hash, the chunks, styles.</summary>
internal static class OldPluginFiles
{
    public const string Entry = "dist/remoteEntry.js";
    private const int Main = 101;
    private const int Settings = 202;

    /// <summary>The same arguments give the same bytes.</summary>
    /// <param name="variant">Other variants are other builds of the same version.</param>
    /// <param name="padding">Bytes that each chunk is made longer by.</param>
    public static Dictionary<string, byte[]> Make(string slug, string version, int variant = 0, int padding = 0)
    {
        var scope = Scope(slug);
        var main = Chunk(scope, Main, $"Main of {slug} {version}, build {variant}", padding);
        var settings = Chunk(scope, Settings, $"Settings of {slug} {version}, build {variant}", padding);
        var style = $".{scope}-main {{ color: #{Hash(slug + version + variant)[..6]}; }}\n";
        return Bytes(new Dictionary<string, string>
        {
            [Entry] = Container(scope, Hash(main), Hash(settings), Hash(style)),
            [$"dist/{Main}.{Hash(main)}.js"] = main,
            [$"dist/{Settings}.{Hash(settings)}.js"] = settings,
            [$"dist/{Main}.{Hash(style)}.css"] = style,
            ["dist/assets/logo.svg"] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><rect width=\"1\" height=\"1\"/></svg>\n",
            ["package.json"] = PackageJson(slug, version),
            ["lifecycle_manager.py"] = LifecycleManager(slug, version),
            ["README.md"] = $"# {slug}\n",
        });
    }

    /// <summary>The same files without some of them.</summary>
    public static Dictionary<string, byte[]> Without(this IReadOnlyDictionary<string, byte[]> files, Func<string, bool> path) =>
        files.Where(file => !path(file.Key)).ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);

    /// <summary>The same files with one of them replaced or added.</summary>
    public static Dictionary<string, byte[]> With(this IReadOnlyDictionary<string, byte[]> files, string path, byte[] content) =>
        new(files, StringComparer.Ordinal) { [path] = content };

    /// <summary>The same files with one of them cut to its first half.</summary>
    public static Dictionary<string, byte[]> Cut(this IReadOnlyDictionary<string, byte[]> files, string path = Entry) =>
        files.With(path, files[path][..(files[path].Length / 2)]);

    public static string LifecycleManager(string slug, string version) =>
        $$"""
        #!/usr/bin/env python3
        import sys
        raise SystemExit("this file must never be run")  # a reader that executes it fails here

        class {{Scope(slug)}}LifecycleManager(BaseLifecycleManager):
            def __init__(self, plugins_base_dir=None):
                self.plugin_data = {
                    "name": "{{slug}}",
                    'description': ("Made for "
                                    "tests"),
                    "version": "{{version}}",
                    "type": "frontend",
                    "icon": 'Puzzle',
                    "category": "tools",
                    "official": True,
                    "scope": "{{Scope(slug)}}",
                    "bundle_method": "webpack",
                    "bundle_location": "dist/remoteEntry.js",
                    "is_local": False,
                    "plugin_slug": "{{slug}}",
                    "permissions": ["storage.read", 'api.access',],
                }
                self.module_data = [
                    {
                        "name": "Main", "display_name": "Main of {{slug}}", "priority": 1, "enabled": True,
                        "config_fields": {"color": {"type": "text", "default": None} },
                        "required_services": {"api": {"methods": ("get", "post"), "version": "1.0.0"} },
                        "tags": ["a", "b"],
                    },
                    {"name": "Settings", "display_name": "Settings", "priority": 2},  # the last one
                ]

        """;

    private static string Scope(string slug) => string.Concat(slug.Where(char.IsAsciiLetterOrDigit));

    private static string PackageJson(string slug, string version) =>
        $$"""
        {
          "name": "{{slug.ToLowerInvariant()}}",
          "version": "{{version}}",
          "description": "Made for tests",
          "author": "The old days",
          "license": "MIT"
        }

        """;

    // What a page needs of a webpack container: init, get, publicPath "auto", chunks by script tag and styles by link.
    private static string Container(string scope, string main, string settings, string style) =>
        $$$"""
        var {{{scope}}};(()=>{"use strict";var t={},n={},p=(()=>{var s=document.currentScript;return s?s.src.replace(/[^/]*$/,""):""})();
        function r(e){if(n[e])return n[e].exports;var m=n[e]={exports:{}};return t[e](m,m.exports,r),m.exports}
        r.u=e=>e+"."+{{{{Main}}}:"{{{main}}}",{{{Settings}}}:"{{{settings}}}"}[e]+".js";
        r.miniCssF=e=>e+"."+{{{{Main}}}:"{{{style}}}"}[e]+".css";
        r.l=(tag,o)=>new Promise((ok,no)=>{var s=document.createElement(tag);Object.assign(s,o);s.onload=ok;s.onerror=no;document.head.appendChild(s)});
        r.e=e=>Promise.all([t[e]?0:r.l("script",{src:p+r.u(e)}),e==={{{Main}}}&&!n.css?(n.css={exports:{}},r.l("link",{rel:"stylesheet",href:p+r.miniCssF(e)})):0]);
        (self.webpackChunk{{{scope}}}=self.webpackChunk{{{scope}}}||[]).push=c=>Object.assign(t,c[1]);
        var M={"./Main":()=>r.e({{{Main}}}).then(()=>()=>r({{{Main}}})),"./Settings":()=>r.e({{{Settings}}}).then(()=>()=>r({{{Settings}}}))};
        {{{scope}}}={get:m=>M[m]?M[m]():Promise.reject(new Error("no module "+m)),init:()=>{}};})();

        """;

    private static string Chunk(string scope, int id, string text, int padding) =>
        $$$"""
        "use strict";(self.webpackChunk{{{scope}}}=self.webpackChunk{{{scope}}}||[]).push([[{{{id}}}],{{{{id}}}:(m)=>{m.exports={default:()=>"{{{text}}}" } } }]);

        """ + (padding == 0 ? "" : $"/*{new string('x', padding)}*/\n");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];

    private static Dictionary<string, byte[]> Bytes(Dictionary<string, string> files) =>
        files.ToDictionary(file => file.Key, file => Encoding.UTF8.GetBytes(file.Value.ReplaceLineEndings("\n")), StringComparer.Ordinal);
}
