import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["dist/", ".pulumi/"] },
    {
        files: ["components/**/*.ts", "stacks/**/*.ts", "tests/**/*.ts"],
        extends: [tseslint.configs.recommendedTypeChecked],
        languageOptions: { parserOptions: { projectService: true } },
        plugins: { "@pulumi": pulumi },
        rules: {
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-in-template-literal": "error",
        },
    },
    {
        files: ["tests/**/*.ts"],
        rules: {
            // mocha's describe and it return nothing to wait for.
            "@typescript-eslint/no-floating-promises": "off",
        },
    },
);
