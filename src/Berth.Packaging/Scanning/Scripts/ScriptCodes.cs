namespace Berth.Packaging.Scanning.Scripts;

/// <summary>Findings in scripts and in what carries scripts.</summary>
internal static class ScriptCodes
{
    public static readonly FindingCode Eval = new("scan.scripts.eval", Severity.High, "Write the code out. No text needs to become code.");
    public static readonly FindingCode EvalAlias = new("scan.scripts.eval_alias", Severity.High, "Do not pass eval or Function around; write the code out.");
    public static readonly FindingCode EvalDevtool = new("scan.scripts.eval_devtool", Severity.Low, "Build for production, or set webpack's devtool to 'source-map'.");
    public static readonly FindingCode FunctionConstructor = new("scan.scripts.function_constructor", Severity.High, "Write the function out.");
    public static readonly FindingCode TimerText = new("scan.scripts.timer_text", Severity.High, "Give the timer a function.");
    public static readonly FindingCode HiddenName = new("scan.scripts.hidden_name", Severity.High, "Write the name in one piece.");
    public static readonly FindingCode ComputedGlobal = new("scan.scripts.computed_global", Severity.Low, "Use globals by their names.");
    public static readonly FindingCode NodeModule = new("scan.scripts.node_module", Severity.High, "A browser has no such module: leave it out, or move the work to the back end.");
    public static readonly FindingCode ComputedRequire = new("scan.scripts.computed_require", Severity.Medium, "Name the module in a literal.");
    public static readonly FindingCode ComputedImport = new("scan.scripts.computed_import", Severity.Medium, "Name the module in a literal, or let the bundler make a chunk of it.");
    public static readonly FindingCode RemoteCode = new("scan.scripts.remote_code", Severity.High, "Pack the code with the plugin, so that what is reviewed is what runs.");
    public static readonly FindingCode LoadsScript = new("scan.scripts.loads_script", Severity.Info, "Nothing, if these are the plugin's own chunks.");
    public static readonly FindingCode DocumentWrite = new("scan.scripts.document_write", Severity.Medium, "Make elements with the framework or with createElement.");
    public static readonly FindingCode InlineHandler = new("scan.scripts.inline_handler", Severity.Low, "Add the listener in a script.");
    public static readonly FindingCode JavascriptUrl = new("scan.scripts.javascript_url", Severity.Medium, "Use a button with a listener.");
    public static readonly FindingCode RemoteFrame = new("scan.scripts.remote_frame", Severity.Medium, "Show a link; foreign pages do not belong into the user's page.");
    public static readonly FindingCode RemoteResource = new("scan.scripts.remote_resource", Severity.Low, "Pack the resource with the plugin.");
    public static readonly FindingCode XmlEntity = new("scan.scripts.xml_entity", Severity.Medium, "Remove the document type; pictures need none.");
    public static readonly FindingCode ServiceWorker = new("scan.scripts.service_worker", Severity.High, "Leave it out: the host refuses service workers of plugins.");
    public static readonly FindingCode Worker = new("scan.scripts.worker", Severity.Low, "Nothing, if the worker's file is in the package.");
    public static readonly FindingCode Network = new("scan.scripts.network", Severity.Info, "Nothing, if it goes to the plugin's own endpoints.");
    public static readonly FindingCode RemoteRequest = new("scan.scripts.remote_request", Severity.Medium, "Declare network:http-client or api:external-api, and tell users in the readme where data goes.");
    public static readonly FindingCode Storage = new("scan.scripts.storage", Severity.Info, "Nothing; IUserData would keep it across browsers.");
    public static readonly FindingCode Cookies = new("scan.scripts.cookies", Severity.Low, "Use the host's sign-in; a plugin needs no cookies.");
    public static readonly FindingCode Clipboard = new("scan.scripts.clipboard", Severity.Low, "Write to the clipboard only when the user asks, and do not read it.");
    public static readonly FindingCode Device = new("scan.scripts.device", Severity.Medium, "Tell users in the readme what it is for.");
    public static readonly FindingCode Keyboard = new("scan.scripts.keyboard", Severity.Info, "Listen on the plugin's own elements.");
    public static readonly FindingCode FrameEscape = new("scan.scripts.frame_escape", Severity.Medium, "Ask the host through its bridge.");
    public static readonly FindingCode PrototypeChange = new("scan.scripts.prototype_change", Severity.Medium, "Leave built-in objects as they are; other plugins use them too.");
    public static readonly FindingCode NetworkHook = new("scan.scripts.network_hook", Severity.High, "Leave the page's own requests alone.");
    public static readonly FindingCode Stealer = new("scan.scripts.stealer", Severity.Critical, "Leave it out.");
    public static readonly FindingCode ExfiltrationAddress = new("scan.scripts.exfiltration_address", Severity.High, "Send data to an endpoint of your own that users know of.");
    public static readonly FindingCode Miner = new("scan.scripts.miner", Severity.Critical, "Leave it out.");
    public static readonly FindingCode Wallet = new("scan.scripts.wallet", Severity.Medium, "Tell users in the readme why the plugin speaks to a wallet.");
    public static readonly FindingCode WalletAddress = new("scan.scripts.wallet_address", Severity.Medium, "Tell users in the readme whose address this is.");
    public static readonly FindingCode WebAssembly = new("scan.scripts.webassembly", Severity.Low, "Nothing, if its source is named in the readme.");
    public static readonly FindingCode WasmProgram = new("scan.scripts.wasm_program", Severity.Info, "Nothing; name its source in the readme.");
    public static readonly FindingCode WasmAsks = new("scan.scripts.wasm_asks", Severity.Info, "Nothing; tell users in the readme what it keeps and asks for.");
    public static readonly FindingCode WasmImports = new("scan.scripts.wasm_imports", Severity.High, "Compile the program for WASI preview 1 (wasm32-wasi); docs/vm.md lists what it can import.");
    public static readonly FindingCode WasmBroken = new("scan.scripts.wasm_broken", Severity.High, "Publish what the compiler writes, without a wrapper around it.");
    public static readonly FindingCode EncodedProgram = new("scan.scripts.encoded_program", Severity.High, "Leave it out. Programs in the shape of text have no place in a plugin.");
    public static readonly FindingCode PackedData = new("scan.scripts.packed_data", Severity.Low, "Put data into files of their own.");
    public static readonly FindingCode Obfuscated = new("scan.scripts.obfuscated", Severity.High, "Publish minified code if you like, not obfuscated code: nobody can review it.");
    public static readonly FindingCode BidiCharacters = new("scan.scripts.bidi_characters", Severity.High, "Write such characters as escapes (\\u202E).");
    public static readonly FindingCode InvisibleCharacters = new("scan.scripts.invisible_characters", Severity.Low, "Write such characters as escapes (\\u200B).");
    public static readonly FindingCode HomoglyphIdentifier = new("scan.scripts.homoglyph_identifier", Severity.High, "Write each name in the letters of one script.");
    public static readonly FindingCode Unparseable = new("scan.scripts.unparseable", Severity.Medium, "Publish what the build makes, as JavaScript that browsers read.");
    public static readonly FindingCode Indicator = new("scan.scripts.indicator", Severity.Medium, "Make the file parse, so that it can be looked at properly.");
    public static readonly FindingCode TooLarge = new("scan.scripts.too_large", Severity.Medium, "Split the script into chunks.");
    public static readonly FindingCode TooDeep = new("scan.scripts.too_deep", Severity.High, "Do not put code into texts in code.");

    public static IReadOnlyList<FindingCode> All { get; } =
    [
        Eval, EvalAlias, EvalDevtool, FunctionConstructor, TimerText, HiddenName, ComputedGlobal, NodeModule, ComputedRequire, ComputedImport, RemoteCode, LoadsScript, DocumentWrite,
        InlineHandler, JavascriptUrl, RemoteFrame, RemoteResource, XmlEntity, ServiceWorker, Worker, Network, RemoteRequest, Storage, Cookies, Clipboard, Device, Keyboard, FrameEscape,
        PrototypeChange, NetworkHook, Stealer, ExfiltrationAddress, Miner, Wallet, WalletAddress, WebAssembly, WasmProgram, WasmAsks, WasmImports, WasmBroken, EncodedProgram, PackedData, Obfuscated, BidiCharacters, InvisibleCharacters,
        HomoglyphIdentifier, Unparseable, Indicator, TooLarge, TooDeep,
    ];
}
