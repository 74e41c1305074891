using Acornima.Ast;

namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Rules about what is written: built-in objects, addresses of elements, HTML in texts.</summary>
internal sealed class ScriptAssignments(
    ScriptSource source, ScriptTraits traits, ConstantFolding constants, ScanTask task, Action<ScriptSource> readInner, Action<string, FilePosition> readHtml)
{
    private static readonly string[] Hooked = ["fetch", "XMLHttpRequest", "WebSocket", "XMLHttpRequest.prototype.open", "XMLHttpRequest.prototype.send", "navigator.sendBeacon", "WebSocket.prototype.send", "HTMLFormElement.prototype.submit"];
    private static readonly string[] BuiltIns = ["Object", "Array", "String", "Function", "Number", "Promise", "Element", "Node", "HTMLElement", "EventTarget", "Document", "JSON", "Reflect"];

    /// <summary>An assignment; the path of its left side where there is one.</summary>
    public void Look(AssignmentExpression assignment, string? path, ScriptScope scope, FilePosition at)
    {
        if (path is not null && assignment.Left is MemberExpression or Identifier)
            Global(path, at);
        if (assignment.Left is not MemberExpression { Property: var property, Computed: var isComputed })
            return;
        var name = isComputed ? constants.Text(property, scope) : (property as Identifier)?.Name;
        if (name is not null)
            Member(name, assignment.Right, scope, at);
    }

    /// <summary>Methods that write: <c>insertAdjacentHTML</c>, <c>setAttribute</c>, and selectors that look for what users type.</summary>
    public void Method(CallExpression call, ScriptScope scope, FilePosition at)
    {
        if (call.Callee is not MemberExpression { Property: Identifier { Name: var name } } || call.Arguments.Count == 0)
            return;
        switch (name)
        {
            case "insertAdjacentHTML" or "createContextualFragment" or "parseFromString" or "write" or "writeln":
                Html(call.Arguments[^1] is { } last && name == "parseFromString" ? call.Arguments[0] : call.Arguments[call.Arguments.Count - 1], scope, at);
                break;
            case "setAttribute" when call.Arguments.Count == 2 && constants.Text(call.Arguments[0], scope) is { } attribute:
                if (attribute.StartsWith("on", StringComparison.OrdinalIgnoreCase) && constants.Text(call.Arguments[1], scope) is { } handler)
                {
                    task.Add(ScriptCodes.InlineHandler.At(at, $"The script makes an inline handler ({ScriptTraits.Printable(attribute)}).", Severity.Medium));
                    Inner(handler, at);
                }

                Member(attribute, call.Arguments[1], scope, at);
                break;
            case "querySelector" or "querySelectorAll" or "getElementsByName":
                if (constants.Text(call.Arguments[0], scope) is { } selector && (selector.Contains("password", StringComparison.OrdinalIgnoreCase) || selector.Contains("cc-number", StringComparison.OrdinalIgnoreCase) || selector.Contains("cardnumber", StringComparison.OrdinalIgnoreCase)))
                    traits.SecretFields ??= at;
                break;
        }
    }

    private void Global(string path, FilePosition at)
    {
        if (Hooked.Contains(path))
            task.Add(ScriptCodes.NetworkHook.At(at, $"The script puts itself in the place of {path}, so it sees other requests of the page."));
        else if (path is "onkeydown" or "onkeyup" or "onkeypress" or "document.onkeydown" or "document.onkeyup" or "document.onkeypress")
            traits.Keyboard ??= at;
        else if (path is "top.location" or "parent.location" or "top.location.href" or "parent.location.href")
            task.Add(ScriptCodes.FrameEscape.At(at, "The script sends the page around it to another address."));
        else if (path.Contains(".prototype.", StringComparison.Ordinal) && BuiltIns.Contains(path[..path.IndexOf('.', StringComparison.Ordinal)]))
            task.Add(ScriptCodes.PrototypeChange.At(at, $"The script changes the built-in {ScriptTraits.Printable(path)} for everybody on the page."));
    }

    private void Member(string name, Node value, ScriptScope scope, FilePosition at)
    {
        if (name is "innerHTML" or "outerHTML" or "srcdoc")
        {
            Html(value, scope, at);
            return;
        }

        if (name is not ("src" or "href" or "action" or "location" or "data" or "formAction" or "xlink:href"))
            return;
        if (constants.Prefix(value, scope) is not { Length: > 0 } address)
            return;
        if (JavascriptUrls.CodeOf(address) is { } code)
        {
            task.Add(ScriptCodes.JavascriptUrl.At(at, $"The script makes a javascript: address ({name})."));
            Inner(code, at);
        }
        else if (name is "src" or "data" && ScriptCalls.IsRemote(address))
        {
            traits.Sources.Add((address, at));
        }
    }

    private void Html(Node value, ScriptScope scope, FilePosition at)
    {
        if (constants.Text(value, scope) is { Length: > 4 } html && html.Contains('<', StringComparison.Ordinal))
            readHtml(html, at);
    }

    private void Inner(string code, FilePosition at) =>
        readInner(new ScriptSource(source.File, code, ScriptGoal.Script, at.Line ?? 1, at.Column ?? 1, source.Depth + 1) { IsWithinText = true });
}
